/**
 * Asks ClamAV's daemon about a file: clamd(8), command INSTREAM. The bytes go over its socket, so that
 * clamd needs no right to read our files. After `zINSTREAM\0` come chunks, each behind its length
 * (4 bytes, big endian), and a length of zero; the answer is one line that ends in a zero byte.
 *
 * What clamd says is bounded and matched against its three forms, anything else is a failure. It ends the
 * stream by itself above its StreamMaxLength (100 MiB by default): then the file counts as not scanned by
 * it, which is said, and is no failure. Nobody at the socket: there is no clamd.
 */
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Content } from '../../defence/content.ts';
import type { ScannerAnswer } from '../../defence/known-bad.ts';

/** Debian's and Fedora's places, and where older ones had it. */
const USUAL = [
	'/run/clamav/clamd.ctl',
	'/var/run/clamav/clamd.ctl',
	'/run/clamd.scan/clamd.sock',
	'/var/run/clamav/clamd.sock',
];
const CHUNK = 65_536;
const LONGEST_ANSWER = 4096;
/** Milliseconds without a word. A large archive takes clamd a while. */
const SILENCE = 30_000;
/**
 * Where it hangs up in the middle of a stream, its answer is lost with the link if a write of ours fails before it was
 * read: then it is asked again, each time with so many milliseconds more between two writes.
 */
const ATTEMPTS = 8;
const SLOWER = 2;
const hungUp = 'clamd hung up';

export interface ClamdPlace {
	/** A path, or HOST:PORT. */
	readonly socket: string;
	/** The user named it. */
	readonly named: boolean;
}

/** Where clamd listens: where the user says, else at a usual place. undefined: nowhere. */
export function clamdPlace(
	named: string | undefined = process.env['SALLYPORT_CLAMD'],
	usual: readonly string[] = USUAL,
): ClamdPlace | undefined {
	if (named !== undefined && named !== '') return { socket: named, named: true };
	const socket = usual.find((path) => existsSync(path));
	return socket === undefined ? undefined : { socket, named: false };
}

/** Never rejects. `silence`: milliseconds without a word until clamd is given up. */
export async function askClamd(socket: string, content: Content, silence = SILENCE): Promise<ScannerAnswer> {
	for (let attempt = 0; ; attempt++) {
		const answer = await ask(socket, content, silence, attempt * SLOWER);
		if (attempt + 1 === ATTEMPTS || answer.state !== 'failed' || answer.why !== hungUp) return answer;
	}
}

function ask(socket: string, content: Content, silence: number, pause: number): Promise<ScannerAnswer> {
	return new Promise((resolve) => {
		const link = dial(socket);
		if (link === undefined) {
			return resolve(failed(`${socket} is neither a path nor HOST:PORT`));
		}
		let said = '';
		let connected = false;
		let done = false;
		const answer = (value: ScannerAnswer): void => {
			if (done) return;
			done = true;
			link.destroy();
			resolve(value);
		};
		link.setTimeout(silence, () => answer(failed('clamd does not answer')));
		link.on('connect', () => {
			connected = true;
			void send(link, content, pause, () => done);
		});
		link.on('data', (bytes) => {
			said += bytes.toString('latin1');
			if (said.includes('\0')) answer(meant(said));
			else if (said.length > LONGEST_ANSWER) answer(failed('clamd answers without an end'));
		});
		// It hangs up in the middle of a stream that is too long for it; its answer may be on the way.
		link.on('end', () => answer(said === '' ? failed(hungUp) : meant(said)));
		link.on('error', (error) => {
			if (!connected) answer({ scanner: 'ClamAV', state: 'absent', why: error.message });
		});
		link.on('close', () => answer(said === '' ? failed(hungUp) : meant(said)));
	});
}

function dial(socket: string): Socket | undefined {
	if (socket.includes('/')) return connect({ path: socket });
	const parts = /^\[?([^\]]+?)\]?:(\d{1,5})$/.exec(socket);
	const port = Number(parts?.[2]);
	if (parts === null || port < 1 || port > 65_535) return undefined;
	return connect({ host: parts[1]!, port });
}

async function send(link: Socket, content: Content, pause: number, done: () => boolean): Promise<void> {
	link.write('zINSTREAM\0');
	for (let at = 0; at < content.size && !done(); ) {
		const bytes = content.read(at, at + CHUNK);
		if (bytes.length === 0) break;
		const length = Buffer.alloc(4);
		length.writeUInt32BE(bytes.length);
		link.write(length);
		if (!link.write(bytes)) await room(link);
		at += bytes.length;
		// An answer in the middle of the stream is read before the next write can fail at the closed end.
		await new Promise((resolve) => (pause === 0 ? setImmediate(resolve) : setTimeout(resolve, pause)));
	}
	if (!done() && link.writable) link.write(Buffer.alloc(4));
}

/** Until there is room, or never more. */
function room(link: Socket): Promise<void> {
	return new Promise((resolve) => {
		const go = (): void => {
			link.off('drain', go);
			link.off('close', go);
			resolve();
		};
		link.on('drain', go);
		link.on('close', go);
	});
}

/** `stream: OK`, `stream: NAME FOUND`, or words that end in ERROR. */
function meant(said: string): ScannerAnswer {
	const line = said
		.slice(0, LONGEST_ANSWER)
		.split(/[\0\r\n]/, 1)[0]!
		.replace(/[^\x20-\x7e]/g, '?');
	if (/^stream: OK$/.test(line)) return { scanner: 'ClamAV', state: 'clean' };
	const found = /^stream: (\S.*) FOUND$/.exec(line);
	if (found !== null) return { scanner: 'ClamAV', state: 'found', names: [found[1]!.slice(0, 200)] };
	if (/size limit exceeded/i.test(line)) return { scanner: 'ClamAV', state: 'too large' };
	return failed(`clamd says: ${line.slice(0, 120)}`);
}

function failed(why: string): ScannerAnswer {
	return { scanner: 'ClamAV', state: 'failed', why };
}
