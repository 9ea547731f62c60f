/** A client of an eDonkey server, as the bench needs one: it logs in, offers, searches, and waits for answers. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { isRefusal } from '../src/evidence/refusal.ts';
import { encodeFrame, FrameSplitter } from '../src/networks/edonkey/wire/frames.ts';
import { encodeLogin } from '../src/networks/edonkey/wire/login.ts';
import { ServerMessage } from '../src/networks/edonkey/wire/messages.ts';
import { COMPLETE_ID, encodeOffers } from '../src/networks/edonkey/wire/records.ts';
import { encodeSearch } from '../src/networks/edonkey/wire/search-tree.ts';

const WORDS = 3000;

/** Pronounceable and different. */
function word(n: number): string {
	const consonants = 'bdfgklmnprstvz';
	const vowels = 'aeiou';
	let text = '';
	for (let rest = n + 70; rest > 0; rest = Math.floor(rest / 70)) {
		const digit = rest % 70;
		text += consonants[Math.floor(digit / 5)]! + vowels[digit % 5]!;
	}
	return `${text}n`;
}

const words = Array.from({ length: WORDS }, (_, n) => word(n));
let chance = 12_345;
export function below(most: number): number {
	chance = (Math.imul(chance, 1_103_515_245) + 12_345) & 0x7fffffff;
	return (chance >>> 8) % most;
}

export function anyWord(): string {
	return words[below(WORDS)]!;
}

/** An offer of files that nobody else has: four words of 3,000 and a number of the file's own in its hash. */
export function offerOf(first: number, count: number): Uint8Array {
	const records = Array.from({ length: count }, (_, i) => {
		const hash = new Uint8Array(16);
		const view = new DataView(hash.buffer);
		view.setUint32(0, Math.imul(first + i, 0x9e3779b1));
		view.setUint32(4, first + i);
		view.setUint32(8, process.pid);
		const name = `${anyWord()} ${anyWord()} ${anyWord()} ${anyWord()}.mp3`;
		return { hash, size: 3_000_000 + i, id: COMPLETE_ID, port: 0xfbfb, name, type: 'Audio' };
	});
	return encodeFrame(ServerMessage.OfferFiles, encodeOffers(records, true));
}

export class Ed2kClient {
	readonly socket: Socket;
	readonly #frames = new FrameSplitter();
	#awaited: { opcode: number; resolve: (body: Uint8Array) => void } | undefined;

	constructor(port: number, from: string) {
		this.socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true });
		this.socket.on('data', (bytes: Buffer) =>
			this.#read(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)),
		);
		this.socket.on('error', () => {});
	}

	/** Port 0: it cannot be dialled, and has its id at once. */
	async login(user: number): Promise<void> {
		await once(this.socket, 'connect');
		const hash = new Uint8Array(16);
		new DataView(hash.buffer).setUint32(0, user);
		const login = { hash, id: 0, port: 0, name: 'bench', capabilities: 0x11d, muleVersion: 0 };
		await this.ask(encodeFrame(ServerMessage.Login, encodeLogin(login)), ServerMessage.IdChange);
	}

	ask(frame: Uint8Array, answer: number): Promise<Uint8Array> {
		return new Promise((resolve) => {
			this.#awaited = { opcode: answer, resolve };
			this.socket.write(frame);
		});
	}

	/** Offers, and waits until the server has taken all: it answers what comes behind in order. */
	async offer(frames: readonly Uint8Array[]): Promise<void> {
		for (const frame of frames) this.socket.write(frame);
		await this.ask(encodeFrame(ServerMessage.GetServerList), ServerMessage.ServerList);
	}

	/** How many files were found. */
	async search(text: string): Promise<number> {
		const body = await this.ask(
			encodeFrame(ServerMessage.Search, encodeSearch({ kind: 'words', text })),
			ServerMessage.SearchResult,
		);
		return new DataView(body.buffer, body.byteOffset).getUint32(0, true);
	}

	#read(bytes: Uint8Array): void {
		this.#frames.push(bytes);
		for (let next = this.#frames.next(); next !== undefined; next = this.#frames.next()) {
			if (isRefusal(next)) throw new Error(next.refused);
			if (next.opcode !== this.#awaited?.opcode) continue;
			const { resolve } = this.#awaited;
			this.#awaited = undefined;
			resolve(next.body);
		}
	}
}
