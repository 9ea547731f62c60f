/**
 * Where a system call comes from. Code lives in images: files that the policy lets be run or loaded, mapped executable
 * and not writable, and the kernel's own page. A call from elsewhere (the stack, the heap, a memory file) is one that
 * an overflow brought in.
 *
 * Nothing is remembered: an image may be unmapped and something else mapped at its place between two questions. The
 * kernel is asked about one address (PROCMAP_QUERY of proc_pid_maps(5), Linux 6.11), which is fast enough.
 */
import { closeSync, openSync, readFileSync } from 'node:fs';
import { call, kernel, Piece } from './calls.ts';

const PROCMAP_QUERY = 0xc0686611;
const VMA_WRITABLE = 2;
const VMA_EXECUTABLE = 4;
const longestName = 4096;

export class Images {
	readonly #query = new Piece(104);
	readonly #name = new Piece(longestName);
	readonly #isImage: (path: string) => boolean;

	/** `isImage`: whether code of this file may be run. */
	constructor(isImage: (path: string) => boolean) {
		this.#isImage = isImage;
	}

	/** undefined: it comes from an image. Otherwise where from, for people. */
	stranger(thread: number, instruction: number): string | undefined {
		let maps: number;
		try {
			maps = openSync(`/proc/${thread}/maps`, 'r');
		} catch {
			return 'a place that cannot be read';
		}
		try {
			return this.#ask(maps, instruction) ?? this.#judge();
		} finally {
			closeSync(maps);
		}
	}

	#found = { flags: 0, inode: 0n, name: '' };

	#judge(): string | undefined {
		const { flags, inode, name } = this.#found;
		if (name === '[vdso]') return undefined;
		if (inode === 0n) return name === '' ? 'memory without a file' : name;
		if ((flags & VMA_WRITABLE) !== 0) return `${name}, which can be written`;
		if ((flags & VMA_EXECUTABLE) === 0) return `${name}, which is no code`;
		return this.#isImage(name) ? undefined : name;
	}

	/** struct procmap_query. A text: why it cannot be told. */
	#ask(maps: number, instruction: number): string | undefined {
		const { view, bytes, at } = this.#query;
		bytes.fill(0);
		view.setBigUint64(0, 104n, true);
		view.setBigUint64(16, BigInt(instruction), true);
		view.setUint32(80, longestName, true);
		view.setBigUint64(88, BigInt(this.#name.at), true);
		const result = kernel(call.ioctl, maps, PROCMAP_QUERY, at);
		if (result === -25) return this.#askByReading(maps, instruction);
		if (result < 0) return 'a place that is not mapped';
		const length = view.getUint32(80, true);
		this.#found = {
			flags: Number(view.getBigUint64(40, true)),
			inode: view.getBigUint64(64, true),
			name: length === 0 ? '' : this.#name.bytes.toString('utf8', 0, length - 1),
		};
		return undefined;
	}

	/** Before 6.11. */
	#askByReading(maps: number, instruction: number): string | undefined {
		for (const line of readFileSync(maps, 'utf8').split('\n')) {
			const match = /^([0-9a-f]+)-([0-9a-f]+) (.)(.)(.). \S+ \S+ (\d+) *(.*)$/.exec(line);
			if (match === null) continue;
			if (instruction < Number.parseInt(match[1]!, 16) || instruction >= Number.parseInt(match[2]!, 16))
				continue;
			const flags = (match[4] === 'w' ? VMA_WRITABLE : 0) | (match[5] === 'x' ? VMA_EXECUTABLE : 0);
			this.#found = { flags, inode: BigInt(match[6]!), name: match[7]! };
			return undefined;
		}
		return 'a place that is not mapped';
	}
}
