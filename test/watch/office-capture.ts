/** A small capture, made here: two Gnutella links and an eDonkey log-in of an office, and what else goes on there. */
import { ethernet, type FrameOf, ip } from './packets.ts';

/** Noon of 2 March 2026, UTC. */
export const began = Date.UTC(2026, 2, 2, 12) / 1000;

interface Said extends FrameOf {
	readonly at: number;
}

function conversation(at: number, ends: FrameOf, up: string | Uint8Array, down: string | Uint8Array): Said[] {
	const { source, destination, sourcePort = 40_000, destinationPort = 80 } = ends;
	const back = {
		source: destination!,
		destination: source!,
		sourcePort: destinationPort,
		destinationPort: sourcePort,
	};
	return [
		{ ...ends, at, flags: 'S', sequence: 100 },
		{ ...back, at, flags: 'SA', sequence: 900 },
		{ ...ends, at: at + 0.1, flags: 'PA', sequence: 101, payload: up },
		{ ...back, at: at + 0.2, flags: 'PA', sequence: 901, payload: down },
		{ ...ends, at: at + 2, flags: 'FA', sequence: 101 + up.length },
		{ ...back, at: at + 2, flags: 'FA', sequence: 901 + down.length },
	];
}

const hello = 'GNUTELLA CONNECT/0.6\r\nUser-Agent: Sallyport/0.1\r\nX-Ultrapeer: False\r\n\r\n';
const welcome = 'GNUTELLA/0.6 200 OK\r\nUser-Agent: gtk-gnutella/1.2.2\r\nX-Ultrapeer: True\r\n\r\n';

/** OP_LOGINREQUEST: user hash, client number, port, four tags; as a client of 2005 sends it. */
function login(): Uint8Array {
	const tag = (type: number, name: number, value: number[]) => [type, 1, 0, name, ...value];
	const body = [
		1,
		...Array.from({ length: 16 }, (_, index) => index * 7 + 1),
		...[0, 0, 0, 0, 0x36, 0x12, 4, 0, 0, 0],
		...tag(2, 1, [4, 0, ...Buffer.from('anna')]),
		...tag(3, 17, [0x3c, 0, 0, 0]),
		...tag(3, 32, [0x1d, 0, 0, 0]),
		...tag(3, 251, [0x80, 0x0c, 4, 0]),
	];
	return Uint8Array.from([0xe3, body.length, 0, 0, 0, ...body]);
}

function packets(): Said[] {
	const local = { source: '10.0.0.7' };
	const web = 'GET / HTTP/1.1\r\nHost: example.org\r\n\r\n';
	const page = `HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n${'x'.repeat(1000)}`;
	return [
		...conversation(
			0,
			{ ...local, destination: '192.0.2.10', sourcePort: 40_001, destinationPort: 6346 },
			hello,
			welcome,
		),
		...conversation(
			8,
			{ ...local, destination: '192.0.2.11', sourcePort: 40_002, destinationPort: 23_548 },
			hello,
			welcome,
		),
		...conversation(
			12,
			{ source: '10.0.0.9', destination: '198.51.100.4', sourcePort: 40_003, destinationPort: 4661 },
			login(),
			Uint8Array.from([0xe3, 9, 0, 0, 0, 0x40, 1, 2, 3, 4, 0, 0, 0, 0]),
		),
		...conversation(
			20,
			{ ...local, destination: '203.0.113.80', sourcePort: 40_004, destinationPort: 80 },
			web,
			page,
		),
		...conversation(
			30,
			{ source: '10.0.0.12', destination: '203.0.113.80', sourcePort: 40_005, destinationPort: 80 },
			web,
			page,
		),
		{
			at: 31,
			source: '10.0.0.12',
			destination: '203.0.113.81',
			sourcePort: 40_006,
			destinationPort: 443,
			flags: 'S',
		},
		...conversation(
			32,
			{ source: '2001:db8::12', destination: '2001:db8:ffff::80', sourcePort: 40_007, destinationPort: 80 },
			web,
			page,
		),
	];
}

/** As a pcap file, little endian, microseconds, Ethernet. */
export function officeCapture(): Uint8Array {
	const records = packets()
		.sort((one, other) => one.at - other.at)
		.map((said) => {
			const frame = ethernet(ip(said));
			const head = Buffer.alloc(16);
			head.writeUInt32LE(began + Math.floor(said.at), 0);
			head.writeUInt32LE(Math.round((said.at % 1) * 1e6), 4);
			head.writeUInt32LE(frame.length, 8);
			head.writeUInt32LE(frame.length, 12);
			return Buffer.concat([head, frame]);
		});
	const head = Buffer.alloc(24);
	head.writeUInt32LE(0xa1b2c3d4, 0);
	head.writeUInt16LE(2, 4);
	head.writeUInt16LE(4, 6);
	head.writeUInt32LE(65_535, 16);
	head.writeUInt32LE(1, 20);
	return Buffer.concat([head, ...records]);
}
