/**
 * The opcodes of TCP frames, and how long a frame of each can be: opcode and body, in bytes. From the protocol as
 * aMule 2.3 and 3 speak it; some bodies are fixed, others have our bounds.
 */

export const mostFrame = 2_000_000;

type Range = readonly [least: number, most: number];
const any: Range = [1, mostFrame];

/** Protocol byte E3: between clients and servers, and between clients. */
export const edonkeyOpcodes = new Map<number, Range>([
	[0x01, [27, 1024]],
	[0x4c, [27, 1024]],
	[0x05, [1, 1]],
	[0x14, [1, 1]],
	[0x15, [5, 300_000]],
	[0x16, [3, 2048]],
	[0x18, [1, 1]],
	[0x19, [17, 37]],
	[0x1c, [5, 32]],
	[0x21, [1, 1]],
	[0x23, [17, 37]],
	[0x32, [2, 1532]],
	[0x33, [5, mostFrame]],
	[0x34, [9, 9]],
	[0x35, [7, 32]],
	[0x36, [1, 1]],
	[0x38, [3, 4096]],
	[0x40, [5, 32]],
	[0x41, [23, 1024]],
	[0x42, [18, 2048]],
	[0x44, [18, 8192]],
	[0x46, [25, 500_000]],
	[0x47, [41, 41]],
	[0x48, [17, 17]],
	[0x49, [17, 17]],
	[0x4a, [1, 1]],
	[0x4b, any],
	[0x4d, [9, 9]],
	[0x4e, [3, 1024]],
	[0x4f, [17, 17]],
	[0x50, [19, 2048]],
	[0x51, [17, 17]],
	[0x52, [19, 300_000]],
	[0x54, [1, 17]],
	[0x55, [1, 1]],
	[0x56, [1, 1]],
	[0x57, [1, 1]],
	[0x58, [17, 4096]],
	[0x59, [19, 1024]],
	[0x5c, [5, 5]],
	[0x5d, [1, 1]],
	[0x5e, [3, 4096]],
	[0x61, [1, 1]],
]);

/** Protocol byte C5: eMule's extensions. */
export const emuleOpcodes = new Map<number, Range>([
	[0x01, [7, 512]],
	[0x02, [7, 512]],
	[0x40, [25, 500_000]],
	[0x60, [13, 13]],
	[0x61, [6, 1024]],
	[0x81, [17, 17]],
	[0x82, [19, 65_536]],
	[0x83, [20, 20]],
	[0x84, [19, 65_536]],
	[0x85, [2, 256]],
	[0x86, [2, 256]],
	[0x87, [6, 6]],
	[0x92, [18, 4096]],
	[0x93, [18, 4096]],
	[0x9b, [39, 39]],
	[0x9c, [17, 65_536]],
	[0x9d, [37, 37]],
	[0x9e, [17, 17]],
	[0xa1, [29, 500_000]],
	[0xa2, [33, 500_000]],
	[0xa3, [65, 65]],
	[0xa4, [26, 4096]],
]);
