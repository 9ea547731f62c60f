/** As much of a capture as the wire tests need: IPv4 over Ethernet in a classic little-endian pcap file. */

export interface Stream {
	readonly from: string;
	readonly to: string;
	/** What was sent, in order; it ends before the first byte that is missing in the capture. */
	readonly bytes: Buffer;
}

export interface Datagram {
	readonly from: string;
	readonly bytes: Buffer;
}

interface Segment {
	readonly sequence: number;
	readonly data: Buffer;
}

export function readPcap(file: Buffer): { streams: Stream[]; datagrams: Datagram[] } {
	if (file.readUInt32LE(0) !== 0xa1b2c3d4 || file.readUInt32LE(20) !== 1)
		throw new Error('not a pcap that this reads');
	const segments = new Map<string, Segment[]>();
	const datagrams: Datagram[] = [];
	for (let at = 24; at + 16 <= file.length; ) {
		const packet = file.subarray(at + 16, at + 16 + file.readUInt32LE(at + 8));
		at += 16 + packet.length;
		if (packet.length < 34 || packet.readUInt16BE(12) !== 0x0800) continue;
		const ip = packet.subarray(14, 14 + packet.readUInt16BE(16));
		const inner = ip.subarray((ip[0] & 15) * 4);
		const name = (host: number, port: number) =>
			`${ip.subarray(host, host + 4).join('.')}:${inner.readUInt16BE(port)}`;
		if (ip[9] === 17 && inner.length >= 8) datagrams.push({ from: name(12, 0), bytes: inner.subarray(8) });
		if (ip[9] !== 6 || inner.length < 20) continue;
		const data = inner.subarray((inner[12] >> 4) * 4);
		const key = `${name(12, 0)} ${name(16, 2)}`;
		if (!segments.has(key)) segments.set(key, []);
		// A SYN takes one number of its own.
		const sequence = (inner.readUInt32BE(4) + ((inner[13] & 2) >> 1)) >>> 0;
		segments.get(key)?.push({ sequence, data });
	}
	const streams = [...segments].map(([key, list]) => {
		const [from, to] = key.split(' ');
		return { from, to, bytes: assemble(list) };
	});
	return { streams, datagrams };
}

function assemble(list: Segment[]): Buffer {
	const first = list[0].sequence;
	const placed = list
		.map(({ sequence, data }) => ({ at: (sequence - first) | 0, data }))
		.sort((a, b) => a.at - b.at);
	const parts: Buffer[] = [];
	let length = 0;
	for (const { at, data } of placed) {
		if (at > length) break;
		const fresh = data.subarray(length - at);
		parts.push(fresh);
		length += fresh.length;
	}
	return Buffer.concat(parts);
}
