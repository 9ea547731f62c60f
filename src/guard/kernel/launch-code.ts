/**
 * The launcher: a table of system calls, and a few bytes of machine code that fork and walk it.
 *
 * A guarded program needs a process that confines itself and then becomes the program. Forking Node.js and going on
 * in JavaScript would be wrong: the child has one thread only, and waits for ever for a lock or a collection that
 * another thread held. Starting a second Node.js takes half of the time that a start may take. So the child runs no
 * JavaScript and no C library, only this loop: everything that it will do stands in the table before it exists.
 *
 * A step is nine words: number, six arguments, an address where the result goes (0: nowhere; 32 bits, for
 * descriptors), and whether it may fail. A step that must not fail ends the child with status 125, after it has
 * written its number and the error to the descriptor at the beginning of the report.
 *
 *	push rbx; push r12; push r13        ; rdi: steps, rsi: report (descriptor, index, result)
 *	mov rbx, rdi; mov r12, rsi; sub rsp, 16
 *	rt_sigprocmask(SIG_SETMASK, all, [rsp], 8)    ; no handler of Node.js runs in the child
 *	fork(); jz child
 *	rt_sigprocmask(SIG_SETMASK, [rsp], 0, 8); ... ret
 *	child: xor r13d, r13d
 *	step:  rax, rdi, rsi, rdx, r10, r8, r9 = [rbx], [rbx+8] ... [rbx+48]; syscall
 *	       rcx = [rbx+56]; if rcx: [rcx] = eax
 *	       if rax < 0 and [rbx+64] = 0: [r12+8] = r13, [r12+16] = rax; write([r12], r12+8, 16); exit_group(125)
 *	       inc r13; rbx += 72; jmp step
 */
import { call, kernel, library, must, Piece } from './calls.ts';

const code = Buffer.from(
	'53415441554889fb4989f44883ec1048c7442408ffffffffb80e000000bf02000000488d7424084889e241ba080000000f05' +
		'b8390000000f054885c074274989c5b80e000000bf020000004889e631d241ba080000000f054c89e84883c410415d415c5bc3' +
		'4531ed488b03488b7b08488b7310488b53184c8b53204c8b43284c8b4b300f05488b4b384885c9740289014885c07932' +
		'48837b4000752b4d896c24084989442410b801000000498b3c24498d742408ba100000000f05b8e7000000bf7d0000000f05' +
		'49ffc54883c348eb98',
	'hex',
);

const stepWords = 9;
const mostSteps = 8192;
const arenaSize = 1 << 20;
const PROT_READ_EXEC = 5;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_ANONYMOUS = 0x22;

/** Where the result of a step goes, and where it is used. */
interface Slot {
	readonly from: number;
}

export type Argument = number | bigint | string | Slot;

interface More {
	readonly mayFail?: boolean;
	/** For people, where it fails. */
	readonly what?: string;
}

/** The table while it is written. Texts and structures lie in one arena; nothing is freed before the program runs. */
export class Steps {
	readonly #arena = new Piece(arenaSize);
	readonly #table = new Piece(mostSteps * stepWords * 8);
	readonly #names: (readonly [number: number, what: string | undefined])[] = [];
	#used = 0;

	get count(): number {
		return this.#names.length;
	}

	/** Of the step that failed. */
	nameOf(index: number): string {
		const [number, what] = this.#names[index] ?? [-1, `step ${index}`];
		const known = Object.entries(call).find(([, value]) => value === number)?.[0] ?? '';
		return `${known} ${what ?? ''}`.trim();
	}

	/** A text with its end, or bytes: an address. */
	put(what: string | Uint8Array): number {
		const bytes = typeof what === 'string' ? Buffer.from(`${what}\0`) : what;
		const at = (this.#used + 7) & ~7;
		if (at + bytes.length > arenaSize) throw new Error('the policy is too large to be set up');
		this.#arena.bytes.set(bytes, at);
		this.#used = at + bytes.length;
		return this.#arena.at + at;
	}

	/** The address of texts, one after the other, and 0: for execve. */
	list(texts: readonly string[]): number {
		const words = new BigUint64Array(texts.length + 1);
		for (const [index, text] of texts.entries()) words[index] = BigInt(this.put(text));
		return this.put(new Uint8Array(words.buffer));
	}

	/** Where the next step begins. */
	get next(): number {
		return this.#table.at + this.#names.length * stepWords * 8;
	}

	/** Adds a step. Its result can be an argument of later ones, or is stored at addresses of 32 bits. */
	add(number: number, words: readonly Argument[], { mayFail = false, what }: More = {}): Slot {
		if (this.#names.length >= mostSteps) throw new Error('the policy needs too many steps to be set up');
		const base = this.#names.length * stepWords * 8;
		this.#names.push([number, what]);
		this.#table.view.setBigInt64(base, BigInt(number), true);
		for (const [index, word] of words.entries()) this.#set(base + 8 + 8 * index, word);
		this.#table.view.setBigInt64(base + 64, mayFail ? 1n : 0n, true);
		return { from: base };
	}

	/** The result of a step is also written here. A step has one such place. */
	store({ from }: Slot, address: number): void {
		const taken = this.#table.view.getBigInt64(from + 56, true);
		if (taken !== 0n) throw new Error('the result of a step goes to one place');
		this.#table.view.setBigInt64(from + 56, BigInt(address), true);
	}

	/**
	 * The result of a step is used by several later ones: a descriptor. It is kept under a number of our own, so that
	 * every later step can name it.
	 */
	hold(slot: Slot, number: number): number {
		const F_DUPFD_CLOEXEC = 1030;
		this.add(call.fcntl, [slot, F_DUPFD_CLOEXEC, number], { what: 'hold' });
		return number;
	}

	#set(at: number, word: Argument): void {
		if (typeof word === 'object') this.store(word, this.#table.at + at);
		else
			this.#table.view.setBigInt64(
				at,
				BigInt(typeof word === 'string' ? this.put(word) : Math.trunc(Number(word))),
				true,
			);
	}

	/** Forks; the child walks the table. `report`: where a failed step is told. Answers the child's pid. */
	walk(report: number): number {
		const { koffi } = library();
		const size = 4096;
		const page = must('mmap', kernel(call.mmap, 0, size, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1));
		Buffer.from(koffi.view(BigInt(page), size)).set(code);
		must('mprotect', kernel(call.mprotect, page, size, PROT_READ_EXEC));
		const head = new Piece(24);
		head.view.setBigInt64(0, BigInt(report), true);
		const run = koffi.proto('int64_t (int64_t, int64_t)');
		return must('fork', koffi.call(BigInt(page), run, this.#table.at, head.at) as number);
	}
}
