/**
 * Where a system call comes from. Code lives in images: files that the policy lets be run or loaded, mapped executable
 * and not writable, and the kernel's own page. A call from elsewhere (the stack, the heap, a memory file) is one that
 * an overflow brought in.
 *
 * No place is remembered: an image may be unmapped and something else mapped at its place between two questions. The
 * kernel is asked about one address (PROCMAP_QUERY of proc_pid_maps(5), Linux 6.11), which is fast enough. What is kept
 * is each thread's folder in /proc, which is that thread's for ever, and which files are images, which the policy says.
 */
import { readFileSync } from 'node:fs';
import { Familiar } from '../familiar.ts';
import { call, control, error, kernel, Piece, setWord } from './calls.ts';

const PROCMAP_QUERY = 0xc0686611;
const VMA_WRITABLE = 2;
const VMA_EXECUTABLE = 4;
const longestName = 4096;

const AT_FDCWD = -100;
const O_PATH_DIRECTORY_CLOEXEC = 0o12200000;
const O_CLOEXEC = 0o2000000;
const mostFolders = 256;

export class Images {
	readonly #query = new Piece(104);
	readonly #name = new Piece(longestName);
	readonly #folder = new Piece(32);
	readonly #maps = new Piece(8);
	readonly #isImage: (path: string) => boolean;
	readonly #images = new Familiar();
	/** By thread. */
	readonly #folders = new Map<number, number>();

	/** `isImage`: whether code of this file may be run; the same is said of it each time. */
	constructor(isImage: (path: string) => boolean) {
		this.#isImage = isImage;
		this.#maps.bytes.write('maps');
		const { view } = this.#query;
		setWord(view, 0, 104);
		setWord(view, 88, this.#name.at);
	}

	/** undefined: it comes from an image. Otherwise where from, for people. */
	stranger(thread: number, instruction: number): string | undefined {
		const maps = this.#open(thread);
		if (maps < 0) return 'a place that cannot be read';
		try {
			return this.#ask(maps, instruction) ?? this.#judge();
		} finally {
			kernel(call.close, maps);
		}
	}

	#found = { flags: 0, inode: 0, name: 0 };

	/** A folder that was kept of a thread that is gone leads nowhere, though another thread has its number. */
	#open(thread: number): number {
		const kept = this.#folders.get(thread);
		if (kept !== undefined) {
			const maps = kernel(call.openat, kept, this.#maps.at, O_CLOEXEC);
			if (maps >= 0) return maps;
			kernel(call.close, kept);
			this.#folders.delete(thread);
		}
		this.#folder.bytes.write(`/proc/${thread}\0`);
		const folder = kernel(call.openat, AT_FDCWD, this.#folder.at, O_PATH_DIRECTORY_CLOEXEC);
		if (folder < 0) return folder;
		if (this.#folders.size >= mostFolders) this.#forgetOldest();
		this.#folders.set(thread, folder);
		return kernel(call.openat, folder, this.#maps.at, O_CLOEXEC);
	}

	#forgetOldest(): void {
		for (const [thread, folder] of this.#folders) {
			kernel(call.close, folder);
			this.#folders.delete(thread);
			return;
		}
	}

	#judge(): string | undefined {
		const { flags, inode, name: length } = this.#found;
		const { bytes } = this.#name;
		const file = inode !== 0;
		const code = (flags & (VMA_WRITABLE | VMA_EXECUTABLE)) === VMA_EXECUTABLE;
		if (file && code && this.#images.has(bytes, length)) return undefined;
		const name = bytes.toString('utf8', 0, length);
		if (name === '[vdso]') return undefined;
		if (!file) return name === '' ? 'memory without a file' : name;
		if ((flags & VMA_WRITABLE) !== 0) return `${name}, which can be written`;
		if (!code) return `${name}, which is no code`;
		if (!this.#isImage(name)) return name;
		this.#images.add(bytes.subarray(0, length));
		return undefined;
	}

	/** struct procmap_query. A text: why it cannot be told. */
	#ask(maps: number, instruction: number): string | undefined {
		const { view, at } = this.#query;
		setWord(view, 16, instruction);
		// What the kernel writes there is what it reads the next time.
		setWord(view, 80, longestName);
		const result = control(maps, PROCMAP_QUERY, at);
		if (result === -error.ENOTTY) return this.#askByReading(maps, instruction);
		if (result < 0) return 'a place that is not mapped';
		const inode = view.getUint32(64, true) | view.getUint32(68, true);
		const length = view.getUint32(80, true);
		this.#found = { flags: view.getUint32(40, true), inode, name: length === 0 ? 0 : length - 1 };
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
			const name = this.#name.bytes.write(match[7]!);
			this.#found = { flags, inode: Number(match[6]) === 0 ? 0 : 1, name };
			return undefined;
		}
		return 'a place that is not mapped';
	}
}
