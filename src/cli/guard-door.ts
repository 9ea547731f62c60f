/**
 * The door between a guarded node and whoever guards it: a socket that only the two see. The node asks there to see a
 * folder; what it says is a stranger's word, and decides nothing (guarded-folders.ts does, with the user).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Wish {
	/** A folder; absolute. */
	readonly path: string;
	/** `forget`: the next start need not see it. */
	readonly wish: 'see' | 'forget';
	/** Where the console answers, so that it does so again. */
	readonly port: number;
}

export interface Granted {
	readonly yes: boolean;
	/** A sentence, where it is no. */
	readonly why?: string;
}

const longest = 8192;

export class Door {
	readonly path: string;
	readonly #folder: string;
	readonly #server: Server;

	constructor(folder: string, server: Server) {
		this.#folder = folder;
		this.#server = server;
		this.path = join(folder, 'door');
	}

	static async open(decide: (wish: Wish) => Promise<Granted>): Promise<Door> {
		// mkdtemp makes it ours alone.
		const folder = mkdtempSync(join(tmpdir(), 'sallyport-guard-'));
		const server = createServer((socket) => serve(socket, decide));
		server.maxConnections = 4;
		const door = new Door(folder, server);
		await new Promise<void>((done, failed) => {
			server.once('error', failed);
			server.listen(door.path, done);
		});
		server.unref();
		return door;
	}

	close(): void {
		this.#server.close();
		rmSync(this.#folder, { recursive: true, force: true });
	}
}

function serve(socket: Socket, decide: (wish: Wish) => Promise<Granted>): void {
	let text = '';
	socket.on('error', () => socket.destroy());
	socket.on('data', (bytes: Buffer) => {
		text += bytes.toString('utf8');
		if (text.length > longest) socket.destroy();
		if (!text.includes('\n')) return;
		const wish = wishOf(text.slice(0, text.indexOf('\n')));
		socket.removeAllListeners('data').resume();
		if (wish === undefined) socket.destroy();
		else void decide(wish).then((granted) => socket.end(`${JSON.stringify(granted)}\n`));
	});
}

function wishOf(line: string): Wish | undefined {
	try {
		const { path, wish, port } = JSON.parse(line) as Partial<Wish>;
		if (typeof path !== 'string' || !path.startsWith('/') || path.includes('\0')) return undefined;
		if (wish !== 'see' && wish !== 'forget') return undefined;
		if (!Number.isInteger(port) || port! < 1 || port! > 65_535) return undefined;
		return { path, wish, port: port! };
	} catch {
		return undefined;
	}
}

/** The node's side. */
export function askAtDoor(door: string, wish: Wish): Promise<Granted> {
	const gone = { yes: false, why: 'The guard does not answer.' };
	return new Promise((resolve) => {
		let text = '';
		const socket = createConnection(door, () => socket.write(`${JSON.stringify(wish)}\n`));
		socket.on('data', (bytes: Buffer) => (text += bytes.toString('utf8')));
		socket.on('error', () => resolve(gone));
		socket.on('close', () => {
			try {
				resolve(JSON.parse(text) as Granted);
			} catch {
				resolve(gone);
			}
		});
	});
}
