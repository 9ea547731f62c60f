/**
 * The Tiger compression function (Anderson and Biham, 1996) as WebAssembly, put together here when it is
 * first needed: JavaScript has no fast 64-bit integers, and a committed binary could not be read.
 *
 * Tiger waits for its table look-ups, each of which depends on the one before. So the kernel works on two
 * messages at a time, in turn: while one waits, the other goes on.
 *
 * Memory: the four tables at 0, two states of three words at STATE, messages behind INPUT.
 */
const TABLES = 4 * 256 * 8;
const STATE = TABLES;
/** A byte before it must be free: leaves are hashed with a byte in front. */
export const INPUT = TABLES + 1024;
/** Bytes of input that fit. */
export const ROOM = 1 << 20;
const PAGE = 65_536;

/** What is used of it; the types of the language come with those of a browser only. */
declare const WebAssembly: {
	readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
	readonly Instance: new (module: object) => { readonly exports: object };
};

export interface Kernel {
	readonly memory: Uint8Array;
	readonly states: BigUint64Array;
	/** One block of 64 bytes at `at` into state 0. */
	block(at: number): void;
	/**
	 * Two leaves of the tree: at each place 1,024 bytes, hashed with a 0 in front, as the tree wants it.
	 * The results are states 0 and 1.
	 */
	leaves(one: number, other: number): void;
}

const initial = [0x0123456789abcdefn, 0xfedcba9876543210n, 0xf096a5b4c3b2e187n] as const;

let made: Kernel | undefined;

export function kernel(): Kernel {
	made ??= make();
	return made;
}

/** Sets state 0 to its beginning. */
export function begin(states: BigUint64Array): void {
	states[0] = initial[0];
	states[1] = initial[1];
	states[2] = initial[2];
}

function make(): Kernel {
	const module = new WebAssembly.Module(binary());
	const { memory, block, leaves } = new WebAssembly.Instance(module).exports as unknown as {
		memory: { readonly buffer: ArrayBuffer };
		block(at: number): void;
		leaves(one: number, other: number): void;
	};
	const states = new BigUint64Array(memory.buffer, STATE, 6);
	const made = { memory: new Uint8Array(memory.buffer), states, block, leaves };
	fillTables(made);
	return made;
}

/**
 * The tables by the authors' procedure: each column of bytes begins as 0 to 255 and is shuffled in five
 * passes, with the compression of this sentence, by the tables as they are at that moment, for the dice.
 */
function fillTables({ memory, states, block }: Kernel): void {
	const sentence = 'Tiger - A Fast New Hash Function, by Ross Anderson and Eli Biham';
	for (let i = 0; i < 1024; i++) memory.fill(i & 255, i * 8, i * 8 + 8);
	for (let i = 0; i < 64; i++) memory[INPUT + i] = sentence.charCodeAt(i);
	const dice = new Uint8Array(memory.buffer, STATE, 24);
	begin(states);
	let word = 2;
	for (let pass = 0; pass < 5; pass++) {
		for (let i = 0; i < 256; i++) {
			for (let table = 0; table < TABLES; table += 2048) {
				if (++word === 3) {
					word = 0;
					block(INPUT);
				}
				for (let column = 0; column < 8; column++) {
					const one = table + i * 8 + column;
					const other = table + dice[word * 8 + column]! * 8 + column;
					const byte = memory[one]!;
					memory[one] = memory[other]!;
					memory[other] = byte;
				}
			}
		}
	}
}

type Code = readonly number[];

const I32 = 0x7f;
const I64 = 0x7e;
const get = (local: number): Code => [0x20, ...unsigned(local)];
const set = (local: number): Code => [0x21, ...unsigned(local)];
const i32 = (value: number): Code => [0x41, ...signed(BigInt(value))];
const i64 = (value: bigint): Code => [0x42, ...signed(BigInt.asIntN(64, value))];
const load = (offset: number): Code => [0x29, 0, ...unsigned(offset)];
const store = (offset: number): Code => [0x37, 3, ...unsigned(offset)];
const ADD = 0x7c;
const SUB = 0x7d;
const MUL = 0x7e;
const AND = 0x83;
const XOR = 0x85;
const SHL = 0x86;
const SHR = 0x88;

/** Locals of one message: x0 to x7, then a, b, c, then what they were before the block. */
interface Lane {
	readonly x: readonly number[];
	readonly words: readonly [number, number, number];
	readonly saved: readonly [number, number, number];
}

function lane(first: number): Lane {
	return {
		x: Array.from({ length: 8 }, (_, i) => first + i),
		words: [first + 8, first + 9, first + 10],
		saved: [first + 11, first + 12, first + 13],
	};
}

/** Byte `k` of a word looks into a table: 8 bytes an entry. */
function lookUp(word: number, k: number, table: number): Code {
	const shifted = k === 0 ? [...get(word), ...i64(3n), SHL] : [...get(word), ...i64(BigInt(8 * k - 3)), SHR];
	return [...shifted, 0xa7, ...i32(0x7f8), 0x71, ...load(table * 2048)];
}

function round(a: number, b: number, c: number, x: number, multiplier: number): Code {
	const even = [lookUp(c, 0, 0), lookUp(c, 2, 1), lookUp(c, 4, 2), lookUp(c, 6, 3)];
	const odd = [lookUp(c, 1, 3), lookUp(c, 3, 2), lookUp(c, 5, 1), lookUp(c, 7, 0)];
	const xored = (parts: readonly Code[]) => parts.flatMap((part, i) => (i === 0 ? part : [...part, XOR]));
	return [
		...[...get(c), ...get(x), XOR, ...set(c)],
		...[...get(a), ...xored(even), SUB, ...set(a)],
		...[...get(b), ...xored(odd), ADD, ...i64(BigInt(multiplier)), MUL, ...set(b)],
	];
}

/** x[to] = x[to] op (from), where from may be a complement that is shifted and mixed in. */
function schedule({ x }: Lane): Code {
	const plain = (to: number, op: number, from: number) => [
		...get(x[to]!),
		...get(x[from]!),
		op,
		...set(x[to]!),
	];
	const mixed = (to: number, one: number, other: Code) => [
		...[...get(x[to]!), ...get(x[one]!), ...other, XOR, SUB, ...set(x[to]!)],
	];
	const not = (of: number, op: number, by: bigint) => [...get(x[of]!), ...i64(-1n), XOR, ...i64(by), op];
	return [
		...mixed(0, 7, i64(0xa5a5a5a5a5a5a5a5n)),
		...[...plain(1, XOR, 0), ...plain(2, ADD, 1), ...mixed(3, 2, not(1, SHL, 19n))],
		...[...plain(4, XOR, 3), ...plain(5, ADD, 4), ...mixed(6, 5, not(4, SHR, 23n))],
		...[...plain(7, XOR, 6), ...plain(0, ADD, 7), ...mixed(1, 0, not(7, SHL, 19n))],
		...[...plain(2, XOR, 1), ...plain(3, ADD, 2), ...mixed(4, 3, not(2, SHR, 23n))],
		...[...plain(5, XOR, 4), ...plain(6, ADD, 5), ...mixed(7, 6, i64(0x0123456789abcdefn))],
	];
}

/** The blocks in x of all lanes into their words, round by round in turn. */
function compress(lanes: readonly Lane[]): Code {
	const code: number[] = [];
	for (const { words, saved } of lanes)
		for (const i of [0, 1, 2]) code.push(...get(words[i]!), ...set(saved[i]!));
	for (const [pass, multiplier] of [5, 7, 9].entries()) {
		if (pass > 0) for (const one of lanes) code.push(...schedule(one));
		for (let step = 0; step < 8; step++) {
			for (const { x, words } of lanes) {
				// Each pass begins one word earlier: (a, b, c), (c, a, b), (b, c, a).
				const at = (i: number) => words[(i + step + 2 * pass) % 3]!;
				code.push(...round(at(0), at(1), at(2), x[step]!, multiplier));
			}
		}
	}
	for (const { words, saved } of lanes) {
		for (const [i, op] of [XOR, SUB, ADD].entries())
			code.push(...get(words[i]!), ...get(saved[i]!), op, ...set(words[i]!));
	}
	return code;
}

function words(lanes: readonly Lane[], move: 'load' | 'store'): Code {
	return lanes.flatMap(({ words: three }, number) =>
		three.flatMap((word, i) => {
			const offset = STATE + (number * 3 + i) * 8;
			return move === 'load'
				? [...i32(0), ...load(offset), ...set(word)]
				: [...i32(0), ...get(word), ...store(offset)];
		}),
	);
}

/** block(at): parameter 0; a lane from local 1. */
function blockBody(): Code {
	const one = lane(1);
	const loads = one.x.flatMap((x, i) => [...get(0), ...load(i * 8), ...set(x)]);
	return [...words([one], 'load'), ...loads, ...compress([one]), ...words([one], 'store')];
}

/** leaves(one, other): parameters 0 and 1; local 2 counts the blocks; lanes behind it. */
function leavesBody(): Code {
	const lanes = [lane(3), lane(17)];
	const counter = 2;
	const begins = lanes.flatMap(({ words: three }) =>
		three.flatMap((word, i) => [...i64(initial[i]!), ...set(word)]),
	);
	// A byte of 0 stands in front, so that the words lie one byte before those of the data.
	const fromData = lanes.flatMap(({ x }, number) => [
		...x.flatMap((word, i) => [...get(number), ...load(i * 8), ...set(word)]),
		...[...get(counter), 0x45, 0x04, 0x40, ...get(x[0]!), ...i64(-256n), AND, ...set(x[0]!), 0x0b],
	]);
	// The last byte, the padding of 1, and the length of 1,025 bytes in bits.
	const lastBlock = lanes.flatMap(({ x }, number) => [
		...[...get(number), ...load(0), ...i64(255n), AND, ...i64(0x100n), 0x84, ...set(x[0]!)],
		...x.slice(1, 7).flatMap((word) => [...i64(0n), ...set(word)]),
		...[...i64(1025n * 8n), ...set(x[7]!)],
	]);
	const onward = [0, 1].flatMap((at) => [...get(at), ...i32(64), 0x6a, ...set(at)]);
	return [
		...[0, 1].flatMap((at) => [...get(at), ...i32(1), 0x6b, ...set(at)]),
		...begins,
		...[0x03, 0x40],
		...[...get(counter), ...i32(16), 0x46, 0x04, 0x40, ...lastBlock, 0x05, ...fromData, 0x0b],
		...compress(lanes),
		...onward,
		...[...get(counter), ...i32(1), 0x6a, ...set(counter)],
		...[...get(counter), ...i32(17), 0x49, 0x0d, 0, 0x0b],
		...words(lanes, 'store'),
	];
}

/** A module with a memory and the two functions (WebAssembly core specification, section 5). */
function binary(): Uint8Array<ArrayBuffer> {
	const functions = [
		{ name: 'block', parameters: 1, locals: [[14, I64]], body: blockBody() },
		{
			name: 'leaves',
			parameters: 2,
			locals: [
				[1, I32],
				[28, I64],
			],
			body: leavesBody(),
		},
	];
	const text = (value: string) => vector([...value].map((char) => [char.charCodeAt(0)]));
	const types = functions.map(({ parameters }) => [0x60, ...vector(new Array(parameters).fill([I32])), 0]);
	const exported = [[...text('memory'), 2, 0], ...functions.map(({ name }, i) => [...text(name), 0, i])];
	const bodies = functions.map(({ locals, body }) => {
		const code = [...vector(locals.map(([count, type]) => [...unsigned(count!), type!])), ...body, 0x0b];
		return [...unsigned(code.length), ...code];
	});
	const pages = Math.ceil((INPUT + ROOM) / PAGE) + 1;
	const section = (id: number, content: Code) => [id, ...unsigned(content.length), ...content];
	return Uint8Array.from([
		...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
		...section(1, vector(types)),
		...section(3, vector(functions.map((_, i) => [i]))),
		...section(5, vector([[0, ...unsigned(pages)]])),
		...section(7, vector(exported)),
		...section(10, vector(bodies)),
	]);
}

function vector(items: readonly Code[]): Code {
	return [...unsigned(items.length), ...items.flat()];
}

/** LEB128. */
function unsigned(value: number): Code {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>>= 7) {
		if (rest < 128) return [...bytes, rest];
		bytes.push((rest & 127) | 128);
	}
}

function signed(value: bigint): Code {
	const bytes: number[] = [];
	for (let rest = value; ; rest >>= 7n) {
		const low = Number(rest & 127n);
		if ((rest >> 7n === 0n && low < 64) || (rest >> 7n === -1n && low >= 64)) return [...bytes, low];
		bytes.push(low | 128);
	}
}
