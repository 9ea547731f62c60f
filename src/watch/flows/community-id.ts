/**
 * Community ID v1 (github.com/corelight/community-id-spec), seed 0: `1:` and the base64 of the SHA-1 over seed,
 * both addresses, protocol, a zero byte and both ports, the smaller end first. Zeek, Suricata and Wireshark make
 * the same one, so records of all of them meet.
 *
 * The message is at most 40 bytes, one block of SHA-1: a tenth of the time of a call to the crypto library.
 */
const message = new Uint8Array(64);
const schedule = new Int32Array(80);
const digest = new Uint8Array(20);
const alphabet = Uint8Array.from(
	'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
	(letter) => letter.charCodeAt(0),
);

/** Characters of an ID. */
export const communityIdLength = 30;

/** ICMP's type and the type of its answer stand for ports; a type without one is used twice with its code. */
const icmpAnswers = new Map([
	[8, 0],
	[0, 8],
	[13, 14],
	[14, 13],
	[15, 16],
	[16, 15],
	[17, 18],
	[18, 17],
	[10, 9],
	[9, 10],
]);
const icmp6Answers = new Map([
	[128, 129],
	[129, 128],
	[133, 134],
	[134, 133],
	[135, 136],
	[136, 135],
	[130, 131],
	[131, 130],
	[144, 145],
	[145, 144],
	[139, 140],
	[140, 139],
]);

/**
 * Writes the ID at `at`. Addresses are 4 or 16 bytes, network order. For ICMP the ports are type and code of a
 * packet from the source.
 */
export function writeCommunityId(
	out: Uint8Array,
	at: number,
	source: Uint8Array,
	destination: Uint8Array,
	length: number,
	protocol: number,
	sourcePort: number,
	destinationPort: number,
): void {
	let from = sourcePort;
	let to = destinationPort;
	let oneWay = false;
	if (protocol === 1 || protocol === 58) {
		const answer = (protocol === 1 ? icmpAnswers : icmp6Answers).get(sourcePort);
		if (answer === undefined) oneWay = true;
		else to = answer;
	}
	const order = compare(source, destination, length);
	const turned = !oneWay && (order > 0 || (order === 0 && from > to));
	if (turned) {
		const port = from;
		from = to;
		to = port;
	}
	message.fill(0);
	message.set((turned ? destination : source).subarray(0, length), 2);
	message.set((turned ? source : destination).subarray(0, length), 2 + length);
	const end = 2 + 2 * length;
	message[end] = protocol;
	message[end + 2] = from >> 8;
	message[end + 3] = from & 255;
	message[end + 4] = to >> 8;
	message[end + 5] = to & 255;
	const hasPorts = protocol === 6 || protocol === 17 || protocol === 132 || protocol === 1 || protocol === 58;
	hashBlock(hasPorts ? end + 6 : end + 2);
	out[at] = 0x31;
	out[at + 1] = 0x3a;
	let next = at + 2;
	for (let index = 0; index < 18; index += 3, next += 4) {
		const three = (digest[index]! << 16) | (digest[index + 1]! << 8) | digest[index + 2]!;
		out[next] = alphabet[three >> 18]!;
		out[next + 1] = alphabet[(three >> 12) & 63]!;
		out[next + 2] = alphabet[(three >> 6) & 63]!;
		out[next + 3] = alphabet[three & 63]!;
	}
	const two = (digest[18]! << 8) | digest[19]!;
	out[next] = alphabet[two >> 10]!;
	out[next + 1] = alphabet[(two >> 4) & 63]!;
	out[next + 2] = alphabet[(two << 2) & 63]!;
	out[next + 3] = 0x3d;
}

function compare(one: Uint8Array, other: Uint8Array, length: number): number {
	for (let index = 0; index < length; index++)
		if (one[index] !== other[index]) return one[index]! - other[index]!;
	return 0;
}

/** FIPS 180-4, section 6.1, for a message that fits into one block. */
function hashBlock(length: number): void {
	message[length] = 0x80;
	message[62] = (length << 3) >> 8;
	message[63] = (length << 3) & 255;
	const w = schedule;
	for (let index = 0; index < 16; index++) {
		const at = index << 2;
		w[index] = (message[at]! << 24) | (message[at + 1]! << 16) | (message[at + 2]! << 8) | message[at + 3]!;
	}
	for (let index = 16; index < 80; index++) {
		const mixed = w[index - 3]! ^ w[index - 8]! ^ w[index - 14]! ^ w[index - 16]!;
		w[index] = (mixed << 1) | (mixed >>> 31);
	}
	let a = 0x67452301;
	let b = 0xefcdab89 | 0;
	let c = 0x98badcfe | 0;
	let d = 0x10325476;
	let e = 0xc3d2e1f0 | 0;
	for (let index = 0; index < 80; index++) {
		const f =
			index < 20
				? ((b & c) | (~b & d)) + 0x5a827999
				: index < 40
					? (b ^ c ^ d) + 0x6ed9eba1
					: index < 60
						? ((b & c) | (b & d) | (c & d)) - 0x70e44324
						: (b ^ c ^ d) - 0x359d3e2a;
		const next = (((a << 5) | (a >>> 27)) + f + e + w[index]!) | 0;
		e = d;
		d = c;
		c = (b << 30) | (b >>> 2);
		b = a;
		a = next;
	}
	put(0, (a + 0x67452301) | 0);
	put(4, (b + 0xefcdab89) | 0);
	put(8, (c + 0x98badcfe) | 0);
	put(12, (d + 0x10325476) | 0);
	put(16, (e + 0xc3d2e1f0) | 0);
}

function put(at: number, word: number): void {
	digest[at] = word >>> 24;
	digest[at + 1] = (word >> 16) & 255;
	digest[at + 2] = (word >> 8) & 255;
	digest[at + 3] = word & 255;
}
