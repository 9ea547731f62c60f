/**
 * NetFlow version 5 and 9 (RFC 3954) and IPFIX (RFC 7011) as routers export them: one-way records without
 * payload, which feed the behavioural part alone.
 *
 * Templates are kept by exporter, domain and number: at most 1,024, of at most 128 fields. Data whose template has
 * not come yet is counted, not guessed.
 */
import type { Refusal } from '../../evidence/refusal.ts';

/** One direction of a flow. Times are seconds since the epoch, with a fraction. */
export interface OneWay {
	/** 4 or 16 bytes. */
	readonly source: Uint8Array;
	readonly destination: Uint8Array;
	readonly sourcePort: number;
	readonly destinationPort: number;
	readonly protocol: number;
	readonly packets: number;
	readonly bytes: number;
	readonly tcpFlags: number;
	readonly start: number;
	readonly end: number;
}

interface Field {
	readonly id: number;
	/** 65535: the record says it itself (IPFIX). */
	readonly length: number;
}

const mostTemplates = 1024;
const mostFields = 128;
const variable = 65_535;
/** Seconds from NTP's epoch, 1900, to 1970. */
const ntpEpoch = 2_208_988_800;

const short: Refusal = {
	refused: 'watch.netflow.malformed',
	detail: 'it ends inside its header or a record',
};

export class NetflowDecoder {
	readonly #templates = new Map<string, readonly Field[]>();
	/** Sets of data that came before their template. */
	early = 0;
	records = 0;

	/** `exporter`: whose datagram it is, `host:port`. Records before a damaged place are handed on. */
	datagram(exporter: string, bytes: Uint8Array, record: (one: OneWay) => void): Refusal | undefined {
		if (bytes.length < 16) return short;
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		const version = view.getUint16(0);
		const counted = (one: OneWay) => {
			this.records++;
			record(one);
		};
		if (version === 5) return readVersion5(view, bytes, counted);
		if (version === 9) return this.#version9(exporter, view, bytes, counted);
		if (version === 10) return this.#ipfix(exporter, view, bytes, counted);
		return { refused: 'watch.netflow.malformed', detail: `version ${version}` };
	}

	#version9(
		exporter: string,
		view: DataView,
		bytes: Uint8Array,
		record: (one: OneWay) => void,
	): Refusal | undefined {
		if (bytes.length < 20) return short;
		const boot = view.getUint32(8) - view.getUint32(4) / 1000;
		const domain = `${exporter}/${view.getUint32(16)}`;
		return this.#sets(domain, view, bytes, 20, bytes.length, boot, 0, record);
	}

	#ipfix(
		exporter: string,
		view: DataView,
		bytes: Uint8Array,
		record: (one: OneWay) => void,
	): Refusal | undefined {
		const domain = `${exporter}/${view.getUint32(12)}`;
		const end = Math.min(bytes.length, view.getUint16(2));
		return this.#sets(domain, view, bytes, 16, end, view.getUint32(4), 2, record);
	}

	/** `first`: number of a set of templates; the next one is of options. `boot`: what uptimes count from. */
	#sets(
		domain: string,
		view: DataView,
		bytes: Uint8Array,
		from: number,
		end: number,
		boot: number,
		first: number,
		record: (one: OneWay) => void,
	): Refusal | undefined {
		for (let at = from; at + 4 <= end; ) {
			const id = view.getUint16(at);
			const length = view.getUint16(at + 2);
			if (length < 4 || at + length > end) return short;
			if (id === first) this.#learn(domain, view, at + 4, at + length, first === 2);
			else if (id === first + 1) this.#learnOptions(domain, view, at + 4, at + length, first === 2);
			else if (id >= 256) {
				const template = this.#templates.get(`${domain}/${id}`);
				if (template === undefined) this.early++;
				else readData(template, view, bytes, at + 4, at + length, boot, record);
			}
			at += length;
		}
		return undefined;
	}

	#learn(domain: string, view: DataView, from: number, end: number, isIpfix: boolean): void {
		for (let at = from; at + 4 <= end; ) {
			const id = view.getUint16(at);
			const count = view.getUint16(at + 2);
			at += 4;
			if (count > mostFields) return;
			const fields: Field[] = [];
			for (let field = 0; field < count; field++) {
				if (at + 4 > end) return;
				const type = view.getUint16(at);
				const isForeign = isIpfix && (type & 0x8000) !== 0;
				fields.push({ id: isForeign ? -1 : type, length: view.getUint16(at + 2) });
				at += isForeign ? 8 : 4;
			}
			if (fields.length > 0) this.#keep(domain, id, fields);
			else this.#templates.delete(`${domain}/${id}`);
		}
	}

	/** What an exporter says about itself (its sampling, say) is no flow: its data is known, and passed over. */
	#learnOptions(domain: string, view: DataView, from: number, end: number, isIpfix: boolean): void {
		for (let at = from; at + 6 <= end; ) {
			const id = view.getUint16(at);
			if (id < 256) return;
			this.#keep(domain, id, []);
			if (isIpfix) {
				const count = view.getUint16(at + 2);
				at += 6;
				for (let field = 0; field < count && at + 4 <= end; field++)
					at += (view.getUint16(at) & 0x8000) === 0 ? 4 : 8;
			} else at += 6 + view.getUint16(at + 2) + view.getUint16(at + 4);
		}
	}

	#keep(domain: string, id: number, fields: readonly Field[]): void {
		const key = `${domain}/${id}`;
		this.#templates.delete(key);
		if (this.#templates.size >= mostTemplates) this.#templates.delete(this.#templates.keys().next().value!);
		this.#templates.set(key, fields);
	}
}

function readVersion5(view: DataView, bytes: Uint8Array, record: (one: OneWay) => void): Refusal | undefined {
	if (bytes.length < 24) return short;
	const count = view.getUint16(2);
	const boot = view.getUint32(8) + view.getUint32(12) / 1e9 - view.getUint32(4) / 1000;
	for (let index = 0; index < count; index++) {
		const at = 24 + index * 48;
		if (at + 48 > bytes.length) return short;
		record({
			source: bytes.slice(at, at + 4),
			destination: bytes.slice(at + 4, at + 8),
			packets: view.getUint32(at + 16),
			bytes: view.getUint32(at + 20),
			start: boot + view.getUint32(at + 24) / 1000,
			end: boot + view.getUint32(at + 28) / 1000,
			sourcePort: view.getUint16(at + 32),
			destinationPort: view.getUint16(at + 34),
			tcpFlags: bytes[at + 37]!,
			protocol: bytes[at + 38]!,
		});
	}
	return undefined;
}

interface Reading {
	source: Uint8Array | undefined;
	destination: Uint8Array | undefined;
	readonly numbers: Map<number, number>;
}

function readData(
	template: readonly Field[],
	view: DataView,
	bytes: Uint8Array,
	from: number,
	end: number,
	boot: number,
	record: (one: OneWay) => void,
): void {
	for (let at = from; at < end; ) {
		const reading: Reading = { source: undefined, destination: undefined, numbers: new Map() };
		const begin = at;
		for (const { id, length } of template) {
			let size = length;
			if (length === variable) {
				if (at >= end) return;
				size = bytes[at++]!;
				if (size === 255) {
					if (at + 2 > end) return;
					size = view.getUint16(at);
					at += 2;
				}
			}
			// What is left over pads the set.
			if (at + size > end) return;
			readField(reading, id, view, bytes, at, size);
			at += size;
		}
		if (at === begin) return;
		const one = recordOf(reading, boot);
		if (one !== undefined) record(one);
	}
}

/** Numbers of information elements (IANA's registry of IPFIX; the same in version 9 where it has them). */
function readField(
	reading: Reading,
	id: number,
	view: DataView,
	bytes: Uint8Array,
	at: number,
	size: number,
): void {
	if ((id === 8 && size === 4) || (id === 27 && size === 16)) reading.source = bytes.slice(at, at + size);
	else if ((id === 12 && size === 4) || (id === 28 && size === 16))
		reading.destination = bytes.slice(at, at + size);
	else if (id >= 154 && id <= 157 && size === 8)
		reading.numbers.set(id, view.getUint32(at) - ntpEpoch + view.getUint32(at + 4) / 2 ** 32);
	else if (size >= 1 && size <= 8 && id >= 0) {
		let value = 0;
		for (let index = 0; index < size; index++) value = value * 256 + bytes[at + index]!;
		reading.numbers.set(id, value);
	}
}

function recordOf({ source, destination, numbers }: Reading, boot: number): OneWay | undefined {
	if (source === undefined || destination === undefined || source.length !== destination.length)
		return undefined;
	const start = timeOf(numbers, boot, 22, 150, 152, 154, 156);
	return {
		source,
		destination,
		sourcePort: (numbers.get(7) ?? 0) & 0xffff,
		destinationPort: (numbers.get(11) ?? 0) & 0xffff,
		protocol: (numbers.get(4) ?? 0) & 255,
		packets: numbers.get(2) ?? numbers.get(86) ?? 0,
		bytes: numbers.get(1) ?? numbers.get(85) ?? 0,
		tcpFlags: (numbers.get(6) ?? 0) & 255,
		start,
		end: Math.max(start, timeOf(numbers, boot, 21, 151, 153, 155, 157)),
	};
}

function timeOf(
	numbers: ReadonlyMap<number, number>,
	boot: number,
	uptime: number,
	seconds: number,
	milliseconds: number,
	micro: number,
	nano: number,
): number {
	const up = numbers.get(uptime);
	if (up !== undefined) return boot + up / 1000;
	const milli = numbers.get(milliseconds);
	if (milli !== undefined) return milli / 1000;
	return numbers.get(seconds) ?? numbers.get(micro) ?? numbers.get(nano) ?? boot;
}
