import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { encodeGreeting, parseGreeting } from '../../../../src/networks/gnutella/wire/handshake.ts';
import { encodeHead, HeaderBlock } from '../../../../src/networks/gnutella/wire/head.ts';
import { bytesOf, cuts } from './pieces.ts';

/** All that a head can say, after being fed in these pieces. */
function read(pieces: Iterable<Uint8Array>) {
	const head = new HeaderBlock();
	let rest: Uint8Array | undefined;
	let answer: ReturnType<HeaderBlock['push']> = 'more';
	for (const piece of pieces) {
		if (rest) rest = Uint8Array.from([...rest, ...piece]);
		else answer = head.push(piece);
		if (answer === 'done') rest ??= head.rest;
		if (isRefusal(answer)) break;
	}
	const known = isRefusal(answer) ? {} : { first: head.firstLine, headers: Object.fromEntries(head.headers) };
	return { answer, ...known, rest: rest ?? new Uint8Array(0) };
}

const whole = (text: string) => read([bytesOf(text)]);
const single = (bytes: Uint8Array) => Array.from(bytes, (byte) => Uint8Array.of(byte));

describe('a head', () => {
	test('ends with an empty line, and what follows is handed on', () => {
		const head = whole('GNUTELLA CONNECT/0.6\r\nUser-Agent: some/1 \r\nX-Ultrapeer:False\r\n\r\nbinary\0');
		expect(head).toEqual({
			answer: 'done',
			first: 'GNUTELLA CONNECT/0.6',
			headers: { 'user-agent': 'some/1', 'x-ultrapeer': 'False' },
			rest: bytesOf('binary\0'),
		});
	});

	test('of 0.4 has bare line feeds and no header', () => {
		expect(whole('GNUTELLA CONNECT/0.4\n\n')).toMatchObject({
			answer: 'done',
			first: 'GNUTELLA CONNECT/0.4',
			headers: {},
		});
	});

	test('the first line is known before the rest has come', () => {
		const head = new HeaderBlock();
		expect(head.push(bytesOf('GET / HTTP/1.1\r\nHo'))).toBe('more');
		expect(head.firstLine).toBe('GET / HTTP/1.1');
	});

	test('repeated names are joined, folded lines continue', () => {
		const head = whole('X\nX-Try: 1.1.1.1:1\nx-try: 2.2.2.2:2\nX-Alt: 3.3.3.3,\n\t4.4.4.4\n  5.5.5.5\n\n');
		expect(head.headers).toEqual({ 'x-try': '1.1.1.1:1, 2.2.2.2:2', 'x-alt': '3.3.3.3, 4.4.4.4 5.5.5.5' });
	});

	test('a value that is not UTF-8 is read as code page 1252', () => {
		expect(whole('X\nA: Andr\xe9\nB: Andr\xc3\xa9\n\n').headers).toEqual({ a: 'André', b: 'André' });
	});

	test.each([
		['NUL', 'GET /\0 HTTP/1.1\n\n'],
		['an escape sequence', 'X\nA: \x1b[2J\n\n'],
		['a carriage return inside a line', 'X\nA: b\rC: d\n\n'],
		['two carriage returns', 'X\r\r\n\r\n'],
		['a line without a colon', 'X\nnonsense\n\n'],
		['a space before the colon', 'X\nA : b\n\n'],
		['an empty name', 'X\n: b\n\n'],
		['a continuation of nothing', 'X\n b\n\n'],
	])('%s is refused', (_, text) => {
		expect(whole(text).answer).toMatchObject({ refused: 'gnutella.head.malformed' });
	});

	test.each([
		['a line without end', 'a'.repeat(5000)],
		['too many lines', `X\n${'A: b\n'.repeat(65)}\n`],
		['too much in all', `X\n${`A: ${'b'.repeat(1000)}\n`.repeat(9)}\n`],
		['a folded line without end', `X\nA: b\n${` ${'c'.repeat(1000)}\n`.repeat(9)}\n`],
	])('%s is refused at the bound', (_, text) => {
		expect(whole(text).answer).toMatchObject({ refused: 'gnutella.head.oversized' });
		const head = new HeaderBlock();
		let taken = 0;
		for (const byte of bytesOf(text)) {
			if (head.push(Uint8Array.of(byte)) !== 'more') break;
			taken++;
		}
		expect(taken).toBeLessThanOrEqual(8192);
	});

	test('a refusal stays', () => {
		const head = new HeaderBlock();
		const why = head.push(bytesOf('\0'));
		expect(head.push(bytesOf('GNUTELLA CONNECT/0.6\n\n'))).toBe(why);
	});

	test('any bytes give the same answer whole, byte by byte and in random cuts', () => {
		const letters = fc.constantFrom(...'aX: -\t\r\n\n\0\xff'.split(''));
		const text = fc.array(letters, { maxLength: 120 }).map((all) => bytesOf(all.join('')));
		fc.assert(
			fc.property(fc.oneof(text, fc.uint8Array({ maxLength: 200 })), cuts, (bytes, cut) => {
				const expected = read([bytes]);
				expect(read(single(bytes))).toEqual(expected);
				expect(read(cut(bytes))).toEqual(expected);
			}),
		);
	});

	test('what we write, we read', () => {
		const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,20}$/);
		const value = fc.stringMatching(/^[!-~]([ -~]{0,30}[!-~])?$/);
		fc.assert(
			fc.property(fc.dictionary(name, value, { maxKeys: 20, noNullPrototype: true }), (headers) => {
				const head = read([encodeHead('GNUTELLA/0.6 200 OK', Object.entries(headers))]);
				const expected = new Map<string, string>();
				for (const [key, one] of Object.entries(headers)) {
					const lower = key.toLowerCase();
					expected.set(lower, expected.has(lower) ? `${expected.get(lower)}, ${one}` : one);
				}
				expect(head).toMatchObject({ answer: 'done', first: 'GNUTELLA/0.6 200 OK' });
				expect(new Map(Object.entries(head.headers ?? {}))).toEqual(expected);
			}),
		);
	});

	test('our own value with a line end is our mistake, not a second header', () => {
		expect(() => encodeHead('X', [['A', 'b\r\nC: d']])).toThrow();
		expect(() => encodeHead('X\nY')).toThrow();
		expect(() => encodeHead('X', [['A b', 'c']])).toThrow();
	});
});

describe('first lines of the handshake', () => {
	test.each([
		['GNUTELLA CONNECT/0.4', { kind: 'connect', version: '0.4' }],
		['GNUTELLA CONNECT/0.6', { kind: 'connect', version: '0.6' }],
		['GNUTELLA CONNECT/0.7', { kind: 'connect', version: '0.6' }],
		['GNUTELLA OK', { kind: 'ok' }],
		['GNUTELLA/0.6 200 OK', { kind: 'status', code: 200, text: 'OK' }],
		['GNUTELLA/0.6 503', { kind: 'status', code: 503, text: '' }],
		['GNUTELLA/0.6 429 Banned for 5m 0s', { kind: 'status', code: 429, text: 'Banned for 5m 0s' }],
	])('%s', (line, greeting) => {
		expect(parseGreeting(line)).toEqual(greeting);
	});

	test.each([
		'GNUTELLA CONNECT/0.5',
		'GNUTELLA CONNECT/1.0',
		'GNUTELLA CONNECT/0.66',
		'GNUTELLA/0.6 20 OK',
		'GNUTELLA/0.6 2000 OK',
		'GNUTELLA/0.4 200 OK',
		'gnutella connect/0.6',
		'\x13BitTorrent protocol',
		'',
	])('%j is refused', (line) => {
		expect(parseGreeting(line)).toMatchObject({ refused: 'gnutella.handshake.malformed' });
	});

	test('a long reason is cut', () => {
		expect(parseGreeting(`GNUTELLA/0.6 503 ${'x'.repeat(4000)}`)).toMatchObject({ text: 'x'.repeat(200) });
	});

	test('what we greet with is what others read', () => {
		for (const greeting of [
			{ kind: 'connect', version: '0.4' },
			{ kind: 'connect', version: '0.6' },
			{ kind: 'ok' },
			{ kind: 'status', code: 503, text: 'Too many leaves' },
		] as const) {
			const head = read([encodeGreeting(greeting, [['User-Agent', 'sallyport']])]);
			expect(head.answer).toBe('done');
			expect(parseGreeting(head.first ?? '')).toEqual(greeting);
		}
		expect(encodeGreeting({ kind: 'connect', version: '0.4' })).toEqual(bytesOf('GNUTELLA CONNECT/0.4\n\n'));
		expect(encodeGreeting({ kind: 'ok' })).toEqual(bytesOf('GNUTELLA OK\n\n'));
	});
});
