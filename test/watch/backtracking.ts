/**
 * Counts what a backtracking engine does with a regular expression: each look at a character is a step. No clock is
 * asked, so the machine's speed does not matter. V8's engine is of this kind, and does no more than this one.
 *
 * Inputs that hurt are made from the expression itself: for each repetition in it, a text that leads there, the
 * repeated part again and again, and an end that does not fit; and what leads there again and again.
 */
type Node =
	| { readonly kind: 'one'; readonly test: (character: string) => boolean; readonly sample: string }
	| { readonly kind: 'edge'; readonly test: (text: string, at: number) => boolean }
	| { readonly kind: 'ahead'; readonly negative: boolean; readonly body: Node }
	| { readonly kind: 'row'; readonly nodes: readonly Node[] }
	| { readonly kind: 'choice'; readonly nodes: readonly Node[] }
	| {
			readonly kind: 'repeat';
			readonly body: Node;
			readonly least: number;
			readonly most: number;
			readonly lazy: boolean;
	  };

/** What samples are looked for among: latin-1, letters first, and a mark that joins a letter. */
const candidates = [
	...Array.from({ length: 256 }, (_, code) => String.fromCharCode((code + 97) % 256)),
	'\u0301',
];

class Parser {
	#at = 0;
	readonly #source: string;
	readonly #flags: string;

	constructor({ source, flags }: RegExp) {
		this.#source = source;
		this.#flags = flags.replace(/[gy]/g, '');
	}

	whole(): Node {
		const node = this.#choice();
		if (this.#at < this.#source.length) throw new Error(`not understood: ${this.#source.slice(this.#at)}`);
		return node;
	}

	#choice(): Node {
		const nodes = [this.#row()];
		while (this.#take('|')) nodes.push(this.#row());
		return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes };
	}

	#row(): Node {
		const nodes: Node[] = [];
		while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at]!))
			nodes.push(this.#repeated(this.#atom()));
		return { kind: 'row', nodes };
	}

	#repeated(body: Node): Node {
		const found = /^(?:([*+?])|\{(\d+)(,?)(\d*)\})(\??)/.exec(this.#source.slice(this.#at));
		if (found === null) return body;
		this.#at += found[0].length;
		const [, sign, first, comma, last, lazy] = found;
		const least = sign === undefined ? Number(first) : sign === '+' ? 1 : 0;
		const bounded = comma === '' ? least : last === '' ? Number.POSITIVE_INFINITY : Number(last);
		const most = sign === undefined ? bounded : sign === '?' ? 1 : Number.POSITIVE_INFINITY;
		return { kind: 'repeat', body, least, most, lazy: lazy === '?' };
	}

	#atom(): Node {
		if (this.#take('(')) {
			const ahead = this.#take('?!') ? 'no' : this.#take('?=') ? 'yes' : undefined;
			if (ahead === undefined && !this.#take('?:') && this.#source.startsWith('?', this.#at))
				throw new Error(`a group that is not understood: ${this.#source}`);
			const body = this.#choice();
			if (!this.#take(')')) throw new Error(`no end of a group: ${this.#source}`);
			return ahead === undefined ? body : { kind: 'ahead', negative: ahead === 'no', body };
		}
		const multiline = this.#flags.includes('m');
		if (this.#take('^'))
			return { kind: 'edge', test: (text, at) => at === 0 || (multiline && '\r\n'.includes(text[at - 1]!)) };
		if (this.#take('$')) {
			const isEnd = (text: string, at: number) =>
				at === text.length || (multiline && '\r\n'.includes(text[at]!));
			return { kind: 'edge', test: isEnd };
		}
		if (this.#take('\\b')) {
			const isWord = (one: string | undefined) => one !== undefined && /\w/.test(one);
			return { kind: 'edge', test: (text, at) => isWord(text[at - 1]) !== isWord(text[at]) };
		}
		const form = /^(?:\[(?:\\.|[^\]\\])*\]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\\p\{\w+\}|\\.|[^\\])/is;
		const text = form.exec(this.#source.slice(this.#at))![0];
		this.#at += text.length;
		const one = new RegExp(`^${text}$`, this.#flags.replace('m', ''));
		const sample = candidates.find((character) => one.test(character));
		if (sample === undefined) throw new Error(`nothing fits ${text}`);
		return { kind: 'one', test: (character) => one.test(character), sample };
	}

	#take(text: string): boolean {
		if (!this.#source.startsWith(text, this.#at)) return false;
		this.#at += text.length;
		return true;
	}
}

export class TooManySteps extends Error {
	override readonly name = 'TooManySteps';
}

class Engine {
	steps = 0;
	readonly #text: string;
	readonly #most: number;

	constructor(text: string, most: number) {
		this.#text = text;
		this.#most = most;
	}

	/** Calls `then` with each place where a match of the node may end, until it says true. */
	match(node: Node, at: number, then: (at: number) => boolean): boolean {
		if (++this.steps > this.#most) throw new TooManySteps();
		switch (node.kind) {
			case 'one':
				return at < this.#text.length && node.test(this.#text[at]!) && then(at + 1);
			case 'edge':
				return node.test(this.#text, at) && then(at);
			case 'ahead':
				return this.match(node.body, at, () => true) !== node.negative && then(at);
			case 'choice':
				return node.nodes.some((one) => this.match(one, at, then));
			case 'row':
				return this.#row(node.nodes, 0, at, then);
			case 'repeat':
				return node.body.kind === 'one' ? this.#run(node, at, then) : this.#repeat(node, 0, at, then);
		}
	}

	#row(nodes: readonly Node[], index: number, at: number, then: (at: number) => boolean): boolean {
		const node = nodes[index];
		if (node === undefined) return then(at);
		return this.match(node, at, (next) => this.#row(nodes, index + 1, next, then));
	}

	/** Of single characters: without recursion, as they may be many. */
	#run({ body, least, most }: Node & { kind: 'repeat' }, at: number, then: (at: number) => boolean): boolean {
		let end = at;
		while (end - at < most && this.match(body, end, () => true)) end++;
		for (; end - at >= least; end--) {
			if (++this.steps > this.#most) throw new TooManySteps();
			if (then(end)) return true;
		}
		return false;
	}

	#repeat(
		node: Node & { kind: 'repeat' },
		count: number,
		at: number,
		then: (at: number) => boolean,
	): boolean {
		const more = () =>
			count < node.most &&
			this.match(
				node.body,
				at,
				(next) => (next > at || count < node.least) && this.#repeat(node, count + 1, next, then),
			);
		const enough = () => count >= node.least && then(at);
		return node.lazy ? enough() || more() : more() || enough();
	}
}

/** Steps to find all matches of the expression in the text; more than `most` throws. */
export function stepsOf(expression: RegExp, text: string, most: number): number {
	const node = new Parser(expression).whole();
	const engine = new Engine(text, most);
	// An expression tied to the beginning is tried there alone.
	const tied = expression.source.startsWith('^') && !expression.flags.includes('m') && !hasTopChoice(node);
	for (let at = 0; at <= text.length; ) {
		let end = -1;
		engine.match(node, at, (found) => {
			end = found;
			return true;
		});
		if (tied || (end >= 0 && !/[gy]/.test(expression.flags))) break;
		// A sticky one is tried where a line begins, and nowhere else.
		if (expression.sticky) at = text.indexOf('\n', at) + 1 || text.length + 1;
		else at = end > at ? end : at + 1;
	}
	return engine.steps;
}

function hasTopChoice(node: Node): boolean {
	return node.kind === 'choice';
}

/** A text that fits, with each repetition as often as it must be, or once. */
function sampleOf(node: Node): string {
	switch (node.kind) {
		case 'one':
			return node.sample;
		case 'row':
			return node.nodes.map(sampleOf).join('');
		case 'choice':
			return sampleOf(node.nodes[0]!);
		case 'repeat':
			return sampleOf(node.body).repeat(Math.max(node.least, Math.min(node.most, 1)));
		default:
			return '';
	}
}

interface Place {
	readonly before: string;
	readonly bodies: readonly string[];
}

/** Every repetition of more than a few, with a text that leads there. */
function places(node: Node, before: string): Place[] {
	switch (node.kind) {
		case 'row': {
			let lead = before;
			return node.nodes.flatMap((one) => {
				const found = places(one, lead);
				lead += sampleOf(one);
				return found;
			});
		}
		case 'choice':
			return node.nodes.flatMap((one) => places(one, before));
		case 'ahead':
			return places(node.body, before);
		case 'repeat': {
			const inner = places(node.body, before);
			const bodies = node.body.kind === 'choice' ? node.body.nodes.map(sampleOf) : [sampleOf(node.body)];
			return node.most > 3 ? [{ before, bodies }, ...inner] : inner;
		}
		default:
			return [];
	}
}

/** Texts of about this length that lead an engine astray. */
export function hostileTexts(expression: RegExp, length: number): string[] {
	const node = new Parser(expression).whole();
	const whole = sampleOf(node);
	const fill = (piece: string, size = length) =>
		piece === '' ? '' : piece.repeat(Math.ceil(size / piece.length)).slice(0, size);
	const texts = new Set<string>([
		fill(whole),
		fill(whole.slice(0, -1)),
		fill(' '),
		fill('a'),
		fill('1'),
		fill('\n'),
	]);
	for (const { before, bodies } of places(node, '')) {
		texts.add(fill(before));
		for (const body of [...bodies, bodies.join('')]) {
			for (const end of ['', '\0', '!', '\n\n']) texts.add(before + fill(body, length - before.length) + end);
			texts.add(fill(before + fill(body, 40)));
		}
	}
	texts.delete('');
	return [...texts];
}

/** Why the expression is bad; undefined: its steps grow at most in proportion to the text. */
export function whyBad(expression: RegExp): string | undefined {
	// Longer than any bounded repetition that is in use, so that those have reached their bound, and no longer than the
	// stack is deep.
	const [short, long] = [320, 640];
	const most = 150 * long;
	const count = (text: string) => {
		try {
			return stepsOf(expression, text, most);
		} catch (error) {
			if (error instanceof TooManySteps) return Number.POSITIVE_INFINITY;
			throw error;
		}
	};
	const [some, more] = [hostileTexts(expression, short), hostileTexts(expression, long)];
	for (const [index, text] of more.entries()) {
		const [one, two] = [count(some[index] ?? text), count(text)];
		const start = JSON.stringify(text.slice(0, 60));
		if (two === Number.POSITIVE_INFINITY)
			return `more than ${most} steps for ${long} characters: ${start}...`;
		if (two > 3 * one + 1000) return `${one} steps for ${short} characters, ${two} for ${long}: ${start}...`;
	}
	return undefined;
}
