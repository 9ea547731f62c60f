import { closeSync, openSync, writeSync } from 'node:fs';
import { CaptureWriter } from '../watch/capture/pcapng-writer.ts';
import { Lines } from '../watch/export/lines.ts';
import { LogFile } from '../watch/export/log-file.ts';
import { PacketKeeper } from '../watch/export/packet-keeper.ts';
import { writeZeekEnd, writeZeekHead } from '../watch/export/zeek.ts';
import { CommandFailed, type Context } from './context.ts';

/** Packets that --pcap-out keeps of a flow, and bytes of the whole file. */
const keptPackets = 16;
const keptBytes = 1_000_000_000;

interface Options {
	readonly log?: string;
	readonly rotate?: number;
	readonly zeek?: string;
	readonly pcapOut?: string;
	readonly export?: string;
}

/** Where records go: standard output (with --json), the evidence file, the kept packets. */
export class Outputs {
	readonly lines: { flows?: Lines; events?: Lines };
	/** Zeek's conn.log. */
	readonly zeek: Lines | undefined;
	readonly #zeekDescriptor: number | undefined;
	readonly keeper: PacketKeeper | undefined;
	readonly #log: LogFile | undefined;
	readonly #writer: CaptureWriter | undefined;
	readonly #descriptor: number | undefined;

	constructor(context: Context, { log, rotate, zeek, pcapOut, export: rules }: Options) {
		if (log !== undefined) this.#log = opened(log, () => new LogFile(log, rotate));
		const file = this.#log;
		const toFile = file === undefined ? undefined : new Lines((bytes) => file.write(bytes));
		// A record goes to one place: the evidence file where there is one, else standard output.
		const flows =
			toFile ??
			(context.json && rules === undefined
				? new Lines((bytes) => void process.stdout.write(Buffer.from(bytes)))
				: undefined);
		this.lines = {
			...(flows === undefined ? {} : { flows }),
			...(toFile === undefined ? {} : { events: toFile }),
		};
		if (zeek !== undefined) {
			const descriptor = opened(zeek, () => openSync(zeek, 'w', 0o640));
			this.#zeekDescriptor = descriptor;
			this.zeek = new Lines((bytes) => void writeSync(descriptor, bytes));
			writeZeekHead(this.zeek);
		}
		if (pcapOut === undefined) return;
		this.#descriptor = opened(pcapOut, () => openSync(pcapOut, 'w', 0o640));
		this.#writer = new CaptureWriter(this.#descriptor, keptBytes);
		this.keeper = new PacketKeeper(this.#writer, keptPackets);
	}

	flush(): void {
		this.lines.flows?.flush();
		this.zeek?.flush();
	}

	close(): void {
		this.#log?.close();
		this.#writer?.finish();
		if (this.#descriptor !== undefined) closeSync(this.#descriptor);
		if (this.zeek !== undefined) writeZeekEnd(this.zeek);
		if (this.#zeekDescriptor !== undefined) closeSync(this.#zeekDescriptor);
	}
}

function opened<T>(path: string, open: () => T): T {
	try {
		return open();
	} catch (error) {
		throw new CommandFailed(`${path} cannot be written: ${(error as Error).message}`);
	}
}
