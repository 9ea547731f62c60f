/**
 * Two network namespaces, joined by a pair of veth interfaces. Captures run in one, by live-party.ts; another party
 * of that file sends datagrams from the other one. No address is reachable from outside.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Refusal } from '../../../src/evidence/refusal.ts';
import type { CaptureEnd } from '../../../src/watch/capture/packet-sink.ts';

/** Why live captures cannot be tested here; undefined: they can. */
export function whyNotLive(): string | undefined {
	const why = reason();
	if (why !== undefined) console.log(`Live captures are not tested: ${why}`);
	return why;
}

function reason(): string | undefined {
	if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'they need Linux and root.';
	for (const program of ['ip', 'setpriv', 'tcpdump'])
		if (spawnSync(program, ['--version']).error !== undefined) return `the program "${program}" is missing.`;
	const name = `spr${process.pid}t`;
	const { status, stderr } = spawnSync('ip', ['netns', 'add', name], { encoding: 'utf8' });
	if (status !== 0) return `no network namespace can be made here: ${stderr.trim()}`;
	spawnSync('ip', ['netns', 'delete', name]);
	return undefined;
}

/** What a UDP datagram over IPv4 in an Ethernet frame says. */
export function udpText(frame: Uint8Array): string | undefined {
	if (frame.length < 42 || frame[12] !== 8 || frame[13] !== 0 || frame[14] !== 0x45 || frame[23] !== 17)
		return undefined;
	const length = frame[38]! * 256 + frame[39]! - 8;
	return Buffer.from(frame.subarray(42, 42 + length)).toString('latin1');
}

/** What a party says, line by line. */
export interface Said {
	readonly how?: 'ring' | 'tcpdump';
	readonly refusal?: Refusal;
	/** The mark of a datagram, at its first one. */
	readonly seen?: string;
	readonly sent?: string;
	/** At the end: texts of all datagrams, and of everything else the number. */
	readonly end?: CaptureEnd;
	readonly texts?: readonly string[];
	readonly maps?: number;
	/** What its sink threw. */
	readonly thrown?: string;
	/** Packets of a tunnel. */
	readonly tunnel?: readonly { readonly link: number; readonly data: string }[];
}

export interface PartyOf {
	readonly within: string;
	readonly words: readonly string[];
	/** Words before node, and options of node. */
	readonly before?: readonly string[];
	readonly options?: readonly string[];
	readonly env?: Record<string, string>;
}

/** A process of live-party.ts. */
export class Party {
	readonly child: ChildProcess;
	readonly over: Promise<unknown>;
	#said: Said = {};
	readonly #marks = new Set<string>();
	/** Called at each line, and at the end. */
	#waiting: (() => void)[] = [];
	#ended = false;
	#complaint = '';

	constructor({ within, words, before = [], options = [], env = {} }: PartyOf) {
		const node = [process.execPath, ...options, join(import.meta.dirname, 'live-party.ts'), ...words];
		const all = ['netns', 'exec', within, ...before, ...node];
		this.child = spawn('ip', all, { stdio: 'pipe', env: { ...process.env, ...env } });
		createInterface(this.child.stdout!).on('line', (line) => {
			const said = JSON.parse(line) as Said;
			if (said.seen !== undefined) this.#marks.add(said.seen);
			this.#said = { ...this.#said, ...said };
			this.#wake();
		});
		this.child.stderr!.on('data', (text) => (this.#complaint += text));
		// Standard input is gone when a party has ended by itself.
		this.child.stdin!.on('error', () => undefined);
		this.over = once(this.child, 'close').then(() => {
			this.#ended = true;
			this.#wake();
		});
	}

	say(line: string): void {
		this.child.stdin!.write(`${line}\n`);
	}

	/** What it said so far, once that fulfils a condition. */
	async until(enough: (said: Said, marks: ReadonlySet<string>) => boolean): Promise<Said> {
		while (!enough(this.#said, this.#marks)) {
			if (this.#ended)
				throw new Error(`a party ended early: ${JSON.stringify(this.#said)} ${this.#complaint}`);
			await new Promise<void>((resolve) => this.#waiting.push(resolve));
		}
		return this.#said;
	}

	#wake(): void {
		const woken = this.#waiting;
		this.#waiting = [];
		for (const resolve of woken) resolve();
	}

	has(mark: string): boolean {
		return this.#marks.has(mark);
	}
}

export class LiveNetwork {
	readonly left = `spr${process.pid}a`;
	readonly right = `spr${process.pid}b`;
	readonly #parties: Party[] = [];

	constructor() {
		ip('netns', 'add', this.left);
		ip('netns', 'add', this.right);
		this.join();
	}

	/** Makes the pair of interfaces: in each namespace the one of its own name. */
	join(): void {
		const { left, right } = this;
		ip('-n', left, 'link', 'add', left, 'type', 'veth', 'peer', 'name', right, 'netns', right);
		ip('-n', left, 'link', 'set', left, 'address', '02:00:00:00:00:01', 'up');
		ip('-n', right, 'link', 'set', right, 'up');
		ip('-n', right, 'address', 'add', '10.66.0.2/24', 'dev', right);
		const known = ['10.66.0.1', 'lladdr', '02:00:00:00:00:01', 'dev', right];
		ip('-n', right, 'neighbour', 'replace', ...known, 'nud', 'permanent');
	}

	leftLink(state: 'up' | 'down'): void {
		ip('-n', this.left, 'link', 'set', this.left, state);
	}

	cut(): void {
		ip('-n', this.left, 'link', 'delete', this.left);
	}

	party(of: PartyOf): Party {
		const party = new Party(of);
		this.#parties.push(party);
		return party;
	}

	/** Ends what still runs, and the namespaces with all that is in them. */
	async close(): Promise<void> {
		for (const { child, over } of this.#parties) {
			if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
			await over;
		}
		ip('netns', 'delete', this.left);
		ip('netns', 'delete', this.right);
	}
}

function ip(...words: string[]): void {
	const { status, stderr } = spawnSync('ip', words, { encoding: 'utf8' });
	if (status !== 0) throw new Error(`ip ${words.join(' ')}: ${stderr}`);
}
