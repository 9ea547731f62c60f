import { connect, createServer, type Server, type Socket } from 'node:net';
import { addressOf } from './raw.ts';

/** The way from the taker to the giver, which lets through only so many bytes: nobody depends on speed. */
export class Gate {
	readonly server: Server;
	/** Where each request has asked to begin. */
	readonly starts: number[] = [];
	#allowed = 0;
	#passed = 0;
	readonly #pairs = new Set<readonly [taker: Socket, giver: Socket]>();

	constructor(giver: () => string) {
		this.server = createServer((taker) => {
			const pair = [taker, connect(addressOf(giver()))] as const;
			this.#pairs.add(pair);
			const [, source] = pair;
			for (const [one, other] of [pair, [source, taker]] as const) {
				one
					.on('error', () => {})
					.on('close', () => {
						other.destroy();
						this.#pairs.delete(pair);
					});
			}
			taker.on('data', (bytes: Buffer) => {
				const text = bytes.toString('latin1');
				// The hash tree is no part of the file.
				const range = /^range: bytes=(\d+)-/im.exec(text);
				if (!text.includes('/uri-res/N2X?')) this.starts.push(Number(range?.[1] ?? 0));
				source.write(bytes);
			});
			source.on('data', (bytes: Buffer) => {
				this.#passed += bytes.length;
				taker.write(bytes);
				if (this.#passed >= this.#allowed) source.pause();
			});
			if (this.#passed >= this.#allowed) source.pause();
		});
	}

	/** Lets so many bytes through in all. */
	allow(bytes: number): void {
		this.#allowed = bytes;
		for (const [, giver] of this.#pairs) giver.resume();
	}

	close(): void {
		this.server.close();
		for (const [taker] of this.#pairs) taker.destroy();
	}
}
