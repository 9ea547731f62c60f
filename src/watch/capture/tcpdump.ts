/**
 * Live packets by the program tcpdump, where there can be no ring: it writes a capture, which is read as it comes.
 * It costs some ten times the processor time of the ring, but it can have the right to capture when we have none
 * (setcap cap_net_raw+ep on it), and it runs where Linux's rings do not.
 *
 * It is started by its name with a list of arguments, never by a shell. It is stopped by SIGINT, at which it writes
 * out what it holds and says on standard error how many packets were dropped; if it does not end soon, by SIGKILL.
 * Packets that wait in the kernel's buffer at that moment are lost.
 */
import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import type { Readable } from 'node:stream';
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { CaptureStream } from './capture-file.ts';
import type { CaptureEnd, PacketSink } from './packet-sink.ts';

/** Kibibytes of buffer in the kernel: as much as keeps up with 300,000 packets a second. */
const buffer = 65_536;
const patience = 3000;
/** So much of the end of standard error is kept. */
const mostSaid = 4096;

export interface TcpdumpOptions {
	readonly interface: string;
	/** So many bytes of each packet are kept. */
	readonly snap: number;
	readonly promiscuous?: boolean;
	/** Each packet as it comes, instead of some kilobytes at once: twice the processor time. */
	readonly promptly?: boolean;
}

/** Why tcpdump cannot capture there; undefined: it can. It opens the interface, and takes no packet. */
export function tcpdumpRefuses(name: string): Refusal | undefined {
	const { error, status, stderr } = spawnSync('tcpdump', ['-i', name, '-p', '-d'], {
		encoding: 'utf8',
		env: environment(),
		timeout: patience,
		killSignal: 'SIGKILL',
		stdio: ['ignore', 'ignore', 'pipe'],
	});
	if (error !== undefined) {
		const code = (error as NodeJS.ErrnoException).code ?? error.message;
		return { refused: 'watch.live.unsupported', detail: `tcpdump: ${code}` };
	}
	if (status === 0) return undefined;
	const detail = complaint(stderr);
	if (/permission|not permitted/i.test(stderr)) return { refused: 'watch.live.permission', detail };
	if (/no such device|not up/i.test(stderr)) return { refused: 'watch.live.interface', detail };
	return { refused: 'watch.live.unsupported', detail };
}

/** The rest of our environment is none of its business; its messages are wanted in English. */
function environment(): Record<string, string> {
	return { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };
}

/** `tcpdump: eth0: No such device exists`, without its name; it says other things before and after that. */
function complaint(said: string): string {
	const lines = said.split('\n').filter((line) => line.startsWith('tcpdump: '));
	const found = lines.findLast((line) => !line.includes('listening on'));
	return found?.slice('tcpdump: '.length) ?? said.trim().split('\n').at(-1) ?? '';
}

export class Tcpdump {
	readonly #child: ChildProcessByStdio<null, Readable, Readable>;
	readonly #stream: CaptureStream;
	readonly #ended: Promise<unknown>;
	#said = '';
	#stopping = false;
	#failure: string | undefined;
	/** By the sink. */
	#thrown: Error | undefined;

	constructor(sink: PacketSink, options: TcpdumpOptions) {
		const { interface: name, snap, promiscuous = false, promptly = false } = options;
		const words = ['-i', name, '-B', `${buffer}`, '-s', `${snap}`, '-w', '-'];
		if (!promiscuous) words.push('-p');
		if (promptly) words.push('-U');
		this.#stream = new CaptureStream(sink);
		this.#child = spawn('tcpdump', words, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
		this.#child.stdout.on('data', (chunk: Uint8Array) => {
			try {
				if (this.#thrown === undefined) this.#stream.push(chunk);
			} catch (error) {
				this.#thrown = error as Error;
			}
			if (this.#stream.stopped || this.#thrown !== undefined) this.#child.kill('SIGKILL');
		});
		this.#child.stderr.on('data', (text) => {
			this.#said = (this.#said + text).slice(-mostSaid);
		});
		this.#ended = new Promise((resolve) => {
			this.#child.once('close', resolve);
			this.#child.once('error', (error) => {
				this.#failure = error.message;
				resolve(undefined);
			});
		});
	}

	/** At its own end, or after stop(). What the sink throws comes out here. */
	async end(): Promise<CaptureEnd> {
		await this.#ended;
		if (this.#thrown !== undefined) throw this.#thrown;
		const end = this.#stream.end();
		const dropped = Number(/(\d{1,15}) packets? dropped by kernel/.exec(this.#said)?.[1] ?? 0);
		// Refused is a capture without even a header: tcpdump has failed, and said why.
		const read = isRefusal(end) ? { packets: 0, bytes: 0 } : end;
		const sum = { packets: read.packets, bytes: read.bytes, dropped };
		const damage = this.#damage(isRefusal(end) ? undefined : end.damage);
		return damage === undefined ? sum : { ...sum, damage };
	}

	/** Asks it to end, and sees to it that it does. */
	async stop(): Promise<void> {
		this.#stopping = true;
		this.#child.kill('SIGINT');
		const late = AbortSignal.timeout(patience);
		const kill = (): unknown => this.#child.kill('SIGKILL');
		late.addEventListener('abort', kill);
		await this.#ended;
		late.removeEventListener('abort', kill);
	}

	#damage(damage: string | undefined): string | undefined {
		if (this.#failure !== undefined) return `tcpdump did not run: ${this.#failure}.`;
		if (this.#stopping) return undefined;
		if (damage !== undefined && this.#stream.stopped) return damage;
		return `tcpdump ended by itself: ${complaint(this.#said)}.`;
	}
}
