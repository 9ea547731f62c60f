/** A user of an OpenNap server, for benches: as programs are, with the socket's default settings. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const LOGIN = 2;
const LOGIN_ACK = 3;
const SHARE = 100;
const SEARCH = 200;
const RESULT = 201;
const SEARCH_END = 202;
const PING = 750;

export class OpenNapUser {
	readonly socket: Socket;
	#rest: Buffer = Buffer.alloc(0);
	#results = 0;
	#wanted = 0;
	#done: (() => void) | undefined;

	constructor(port: number) {
		this.socket = connect({ port, host: '127.0.0.1' });
		this.socket.on('data', (bytes: Buffer) => this.#read(bytes));
		this.socket.on('error', () => {});
	}

	async login(nick: string): Promise<void> {
		if (this.socket.connecting) await once(this.socket, 'connect');
		await this.#ask(LOGIN, `${nick} secret 6699 "bench" 8`, LOGIN_ACK);
	}

	/** Waits until the server has read all of them. */
	async share(lines: readonly string[]): Promise<void> {
		// In one write: two would wait for an acknowledgement in between.
		await this.#ask(PING, 'here', PING, Buffer.concat(lines.map((line) => frame(SHARE, line))));
	}

	/** How many answers there were. */
	async search(words: string, most: number): Promise<number> {
		this.#results = 0;
		await this.#ask(SEARCH, `FILENAME CONTAINS "${words}" MAX_RESULTS ${most}`, SEARCH_END);
		return this.#results;
	}

	async #ask(type: number, line: string, wanted: number, before = Buffer.alloc(0)): Promise<void> {
		this.#wanted = wanted;
		const answered = new Promise<void>((resolve) => {
			this.#done = resolve;
		});
		this.socket.write(Buffer.concat([before, frame(type, line)]));
		await answered;
	}

	#read(bytes: Buffer): void {
		this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
		let at = 0;
		while (at + 4 <= this.#rest.length && at + 4 + this.#rest.readUInt16LE(at) <= this.#rest.length) {
			const type = this.#rest.readUInt16LE(at + 2);
			at += 4 + this.#rest.readUInt16LE(at);
			if (type === RESULT) this.#results++;
			if (type === this.#wanted) this.#done?.();
		}
		this.#rest = this.#rest.subarray(at);
	}
}

export function frame(type: number, line: string): Buffer {
	const body = Buffer.from(line);
	const bytes = Buffer.alloc(4 + body.length);
	bytes.writeUInt16LE(body.length, 0);
	bytes.writeUInt16LE(type, 2);
	body.copy(bytes, 4);
	return bytes;
}
