/** ClamAV's daemon with a database of our own, and daemons that misbehave. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askClamd } from '../../../src/transfer/inspection/clamd.ts';
import { memory } from './memory.ts';

/** The harmless file that every scanner knows (eicar.org), in halves, so that this file is not found. */
export const eicar = Buffer.from(
	['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-', 'STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join(''),
);

export function installed(program: string): boolean {
	return spawnSync(program, ['--version']).error === undefined;
}

export class Clamd {
	readonly folder = mkdtempSync(join(tmpdir(), 'clamd-'));
	readonly socket = join(this.folder, 'clamd.ctl');
	#child: ChildProcess | undefined;
	#output = '';

	/** Takes at most a megabyte in a stream. */
	async start(): Promise<void> {
		const database = join(this.folder, 'db');
		mkdirSync(database, { recursive: true });
		writeFileSync(join(database, 'local.ndb'), `Local.Eicar:0:*:${eicar.toString('hex')}\n`);
		const config = join(this.folder, 'clamd.conf');
		const lines = [
			`LocalSocket ${this.socket}`,
			`DatabaseDirectory ${database}`,
			`TemporaryDirectory ${this.folder}`,
			'Foreground yes',
			'StreamMaxLength 1M',
			'MaxThreads 2',
		];
		writeFileSync(config, `${lines.join('\n')}\n`);
		this.#child = spawn('clamd', [`--config-file=${config}`], { stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [this.#child.stdout, this.#child.stderr]) {
			stream?.on('data', (text) => (this.#output = (this.#output + text).slice(-4000)));
		}
		for (;;) {
			const answer = await askClamd(this.socket, memory(Buffer.from('hello')));
			if (answer.state === 'clean') return;
			if (this.#child.exitCode !== null) throw new Error(`clamd ended: ${this.#output}`);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	async stop(): Promise<void> {
		const child = this.#child;
		if (child !== undefined && child.exitCode === null) {
			const ended = new Promise((resolve) => child.once('exit', resolve));
			child.kill('SIGKILL');
			await ended;
		}
		rmSync(this.folder, { recursive: true, force: true });
	}
}

/** Something at a socket that is no clamd; `speak` is called with each link. */
export class Impostor {
	readonly folder = mkdtempSync(join(tmpdir(), 'impostor-'));
	readonly socket = join(this.folder, 'clamd.ctl');
	readonly #links = new Set<Socket>();
	readonly #server: Server;
	readonly #calls: (() => void)[] = [];

	constructor(speak: (link: Socket) => void) {
		this.#server = createServer((link) => {
			this.#links.add(link);
			for (const call of this.#calls.splice(0)) call();
			link.on('error', () => {});
			link.resume();
			speak(link);
		});
	}

	listen(): Promise<void> {
		return new Promise((resolve) => this.#server.listen(this.socket, () => resolve()));
	}

	/** Until so many links were made in all. */
	async called(times: number): Promise<void> {
		while (this.#links.size < times) await new Promise<void>((resolve) => this.#calls.push(resolve));
	}

	async stop(): Promise<void> {
		for (const link of this.#links) link.destroy();
		await new Promise((resolve) => this.#server.close(resolve));
		rmSync(this.folder, { recursive: true, force: true });
	}
}
