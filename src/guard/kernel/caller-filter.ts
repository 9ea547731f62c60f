/**
 * Who may connect: a filter of the socket (socket(7), SO_ATTACH_FILTER) in classic BPF, which drops packets of others
 * before the protocol sees them. It costs nobody a question. It is locked: the program cannot take it off, and sockets
 * that are accepted inherit it.
 */
import type { Range } from '../../policy/ranges.ts';
import type { Callers } from '../callers.ts';

const LOAD_WORD = 0x20;
const LOAD_BYTE = 0x30;
const AND = 0x54;
const SHIFT_RIGHT = 0x74;
const JUMP_EQUAL = 0x15;
const JUMP = 0x05;
const RETURN = 0x06;
/** SKF_NET_OFF: offsets from here on are those of the IP header. */
const header = 0xfff00000;
const source = { 4: 12, 6: 8 } as const;
const ACCEPT = 0xffffffff;
const DROP = 0;
/** BPF_MAXINSNS */
export const mostSteps = 4096;

type Step = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** undefined: it has too many steps for the kernel. */
export function callerFilter(callers: Callers): Uint8Array | undefined {
	const four = versionSteps(callers, 4);
	const six = versionSteps(callers, 6);
	const steps: Step[] = [
		[LOAD_BYTE, 0, 0, header],
		[SHIFT_RIGHT, 0, 0, 4],
		[JUMP_EQUAL, 0, 1, 4],
		[JUMP, 0, 0, 3],
		[JUMP_EQUAL, 0, 1, 6],
		[JUMP, 0, 0, 1 + four.length + 1],
		[RETURN, 0, 0, DROP],
		...four,
		[RETURN, 0, 0, DROP],
		...six,
		[RETURN, 0, 0, DROP],
	];
	if (steps.length > mostSteps) return undefined;
	const view = new DataView(new ArrayBuffer(steps.length * 8));
	for (const [index, [code, ifTrue, ifFalse, value]] of steps.entries()) {
		view.setUint16(index * 8, code, true);
		view.setUint8(index * 8 + 2, ifTrue);
		view.setUint8(index * 8 + 3, ifFalse);
		view.setUint32(index * 8 + 4, value >>> 0, true);
	}
	return new Uint8Array(view.buffer);
}

/** The first clause that fits counts. */
function versionSteps(callers: Callers, version: 4 | 6): Step[] {
	return callers.flatMap(({ may, hosts, others }) => {
		const verdict: Step = [RETURN, 0, 0, may ? ACCEPT : DROP];
		const ranges = hosts.filter((range) => range.version === version);
		if (!others) return ranges.flatMap((range) => [...compared(range), verdict]);
		// Whoever is none of these: to the next clause with those who are.
		const found = ranges.map(compared);
		let after = 1;
		const steps: Step[] = [verdict];
		for (const one of found.toReversed()) {
			steps.unshift(...one, [JUMP, 0, 0, after]);
			after += one.length + 1;
		}
		return steps;
	});
}

/** The step after the last one is the one for the address that lies in the range; others skip that one. */
function compared({ version, bytes, bits }: Range): Step[] {
	const view = new DataView(Uint8Array.from(bytes).buffer);
	const words = Math.ceil(bits / 32);
	return Array.from({ length: words }, (_, word): Step[] => {
		const left = bits - word * 32;
		const mask = left >= 32 ? 0xffffffff : (0xffffffff << (32 - left)) >>> 0;
		const behind = (words - 1 - word) * 3;
		return [
			[LOAD_WORD, 0, 0, header + source[version] + word * 4],
			[AND, 0, 0, mask],
			[JUMP_EQUAL, 0, behind + 1, view.getUint32(word * 4)],
		];
	}).flat();
}
