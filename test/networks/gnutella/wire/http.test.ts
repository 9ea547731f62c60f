import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { encodeGiv, parseGiv } from '../../../../src/networks/gnutella/wire/giv.ts';
import { HeaderBlock } from '../../../../src/networks/gnutella/wire/head.ts';
import {
	encodeGetByIndex,
	encodeGetBySha1,
	encodeResponse,
	formatContentRange,
	formatContentUrn,
	formatRange,
	parseAvailableRanges,
	parseContentRange,
	parseContentUrn,
	parseCount,
	parseRange,
	parseRequest,
	parseStatus,
	percentDecode,
	percentEncode,
} from '../../../../src/networks/gnutella/wire/http.ts';

const sha1 = Uint8Array.from({ length: 20 }, (_, i) => i * 13);
const tth = Uint8Array.from({ length: 24 }, (_, i) => i * 9);
const malformed = { refused: 'gnutella.http.malformed' };

function firstLine(bytes: Uint8Array): string {
	const head = new HeaderBlock();
	expect(head.push(bytes)).toBe('done');
	return head.firstLine ?? '';
}

describe('a request', () => {
	test.each([
		['GET / HTTP/1.1', { kind: 'root' }],
		['GET /get/7/some%20song.mp3 HTTP/1.0', { kind: 'index', index: 7, name: 'some song.mp3' }],
		['GET /get/7/some song  x.mp3 HTTP/1.1', { kind: 'index', index: 7, name: 'some song  x.mp3' }],
		['GET /get/4294967295/ HTTP/1.1', { kind: 'index', index: 4294967295, name: '' }],
		['GET /get/1/caf%C3%A9 HTTP/1.1', { kind: 'index', index: 1, name: 'café' }],
		['GET /get/1/caf%E9 HTTP/1.1', { kind: 'index', index: 1, name: 'café' }],
		['GET /favicon.ico HTTP/1.1', { kind: 'other', path: '/favicon.ico' }],
		['GET /?client=X HTTP/1.1', { kind: 'other', path: '/?client=X' }],
	])('%s', (line, target) => {
		expect(parseRequest(line)).toMatchObject({ method: 'GET', target });
	});

	test('by hash asks for a file or for its tree', () => {
		const line = firstLine(encodeGetBySha1(sha1, [['Host', 'x']]));
		expect(parseRequest(line)).toEqual({
			method: 'GET',
			version: '1.1',
			target: { kind: 'urn', service: 'N2R', urn: { sha1 } },
		});
		const tree = line.replace('N2R', 'N2X').replace(' HTTP', ';ABC HTTP').replace('GET', 'HEAD');
		expect(parseRequest(tree)).toMatchObject({
			method: 'HEAD',
			target: { kind: 'urn', service: 'N2X', urn: { sha1 } },
		});
		expect(parseRequest(line.replace('/uri-res/N2R', '/URI-RES/n2r'))).toMatchObject({
			target: { kind: 'urn' },
		});
	});

	test('by index and any name comes back', () => {
		fc.assert(
			fc.property(fc.nat(), fc.stringMatching(/^[ -~é東]{0,50}$/), (index, name) => {
				const target = { kind: 'index', index, name };
				expect(parseRequest(firstLine(encodeGetByIndex(index, name, [])))).toMatchObject({ target });
			}),
		);
	});

	test('that climbs is a name that no file has: it is decoded once and stays data', () => {
		const name = (path: string) => {
			const request = parseRequest(`GET /get/1/${path} HTTP/1.1`);
			return isRefusal(request)
				? request
				: request.target.kind === 'index'
					? request.target.name
					: request.target;
		};
		expect(name('../../etc/passwd')).toBe('../../etc/passwd');
		expect(name('%2e%2e%2fetc')).toBe('../etc');
		expect(name('%252e%252e%252fetc')).toBe('%2e%2e%2fetc');
		expect(name('%5c..%5c..%5cconf')).toBe('\\..\\..\\conf');
	});

	test.each([
		'GET  / HTTP/1.1',
		'GET / HTTP/1.2',
		'GET / HTTP/2',
		'GET /',
		'GET',
		'',
		'get / HTTP/1.1',
		'POST / HTTP/1.1',
		'CONNECT / HTTP/1.1',
		'GET http://1.2.3.4/get/1/x HTTP/1.1',
		'GET //1.2.3.4/get/1/x HTTP/1.1',
		'GET * HTTP/1.1',
		'GET get/1/x HTTP/1.1',
		'GET /get/x/y HTTP/1.1',
		'GET /get/-1/y HTTP/1.1',
		'GET /get/4294967296/y HTTP/1.1',
		'GET /get//y HTTP/1.1',
		'GET /get/1/%zz HTTP/1.1',
		'GET /get/1/%2 HTTP/1.1',
		'GET /get/1/% HTTP/1.1',
		'GET /get/1/a%00.mp3 HTTP/1.1',
		'GET /get/1/a%0d%0aX-Evil:1 HTTP/1.1',
		'GET /get/1/%1b[2J HTTP/1.1',
		'GET /uri-res/N2R?urn:sha1:ABC HTTP/1.1',
		'GET /uri-res/N2R? HTTP/1.1',
		'GET /uri-res/N2R?urn:md5:abc HTTP/1.1',
	])('%j is refused', (line) => {
		expect(parseRequest(line)).toMatchObject(malformed);
	});

	test('any line gives a request or a refusal', () => {
		const parts = fc.array(
			fc.constantFrom('GET ', '/get/', '1/', '%2f', '%', '..', ' HTTP/1.1', '/uri-res/N2R?', 'é', ' '),
			{ maxLength: 12 },
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					parts.map((all) => all.join('')),
				),
				(line) => {
					parseRequest(line);
					parseStatus(line);
					parseGiv(line);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe('a status line', () => {
	test.each([
		['HTTP/1.1 206 Partial Content', { version: '1.1', code: 206, text: 'Partial Content' }],
		['HTTP/1.0 404', { version: '1.0', code: 404, text: '' }],
		['HTTP 200 OK', { version: '1.0', code: 200, text: 'OK' }],
	])('%s', (line, status) => {
		expect(parseStatus(line)).toEqual(status);
	});

	test.each(['HTTP/1.1 99 x', 'HTTP/1.1 600 x', 'HTTP/1.1 2000', 'HTTP/1.1', 'ICY 200 OK', ''])(
		'%j is refused',
		(line) => {
			expect(parseStatus(line)).toMatchObject(malformed);
		},
	);

	test('that we write is read', () => {
		expect(parseStatus(firstLine(encodeResponse(503, 'Busy', [['Retry-After', '60']])))).toMatchObject({
			code: 503,
			text: 'Busy',
		});
	});
});

describe('ranges', () => {
	test.each([
		['bytes=0-99', { from: 0, to: 100 }],
		['bytes=100-', { from: 100, to: 1000 }],
		['bytes=-10', { from: 990, to: 1000 }],
		['bytes=-5000', { from: 0, to: 1000 }],
		['bytes=999-5000', { from: 999, to: 1000 }],
		['bytes 5-5', { from: 5, to: 6 }],
	])('%s of 1000 bytes', (value, range) => {
		expect(parseRange(value, 1000)).toEqual(range);
	});

	test.each([
		'bytes=1000-',
		'bytes=5-4',
		'bytes=-0',
		'bytes=-',
		'bytes=',
		'bytes=0-1,5-6',
		'bytes=-1-2',
		'bytes=1e3-',
		'lines=1-2',
		`bytes=${'9'.repeat(20)}-`,
	])('%s of 1000 bytes is refused', (value) => {
		expect(parseRange(value, 1000)).toEqual({ refused: 'gnutella.http.range' });
	});

	test('of nothing there is none', () => {
		expect(parseRange('bytes=0-', 0)).toMatchObject({ refused: 'gnutella.http.range' });
		expect(parseRange('bytes=-1', 0)).toMatchObject({ refused: 'gnutella.http.range' });
	});

	test('what we ask and send comes back', () => {
		fc.assert(
			fc.property(fc.nat(), fc.nat(1e6), fc.nat(1e6), (from, length, more) => {
				const range = { from, to: from + length + 1 };
				const size = range.to + more;
				expect(parseRange(formatRange(range), size)).toEqual(range);
				expect(parseRange(formatRange({ from }), size)).toEqual({ from, to: size });
				expect(parseContentRange(formatContentRange({ ...range, size }))).toEqual({ ...range, size });
			}),
		);
	});

	test('that are sent may lack the size, and must fit', () => {
		expect(parseContentRange('bytes=0-9/*')).toEqual({ from: 0, to: 10 });
		for (const wrong of [
			'bytes 9-0/10',
			'bytes 0-10/10',
			'bytes */10',
			'bytes 0-9',
			'0-9/10',
			'bytes 0-9007199254740992/*',
		]) {
			expect(parseContentRange(wrong)).toEqual({ refused: 'gnutella.http.range' });
		}
	});

	test('that a partial file has are read up to a bound, without what is none', () => {
		expect(parseAvailableRanges('bytes 0-9, 20-29,x, 40-39')).toEqual([
			{ from: 0, to: 10 },
			{ from: 20, to: 30 },
		]);
		expect(parseAvailableRanges('0-1,'.repeat(500))).toHaveLength(64);
	});
});

describe('other headers', () => {
	test('names of content: several forms are taken together', () => {
		expect(parseContentUrn(formatContentUrn(sha1))).toEqual({ sha1 });
		expect(parseContentUrn(formatContentUrn(sha1, tth))).toEqual({ sha1, tth });
		expect(parseContentUrn(`${formatContentUrn(sha1)}, urn:md5:x`)).toEqual({ sha1 });
		expect(parseContentUrn('nothing')).toEqual({});
	});

	test('numbers are plain or not at all', () => {
		expect(['0', '120', '', '-1', '1.5', '5, 5', '0x10', '9'.repeat(16)].map(parseCount)).toEqual([
			0,
			120,
			...new Array(6).fill(undefined),
		]);
		expect(parseCount(undefined)).toBeUndefined();
	});

	test('percent encoding comes back', () => {
		fc.assert(
			fc.property(fc.stringMatching(/^[ -~é東\u{1f600}]{0,30}$/u), (text) => {
				expect(percentEncode(text)).toMatch(/^[A-Za-z0-9._~%-]*$/);
				expect(percentDecode(percentEncode(text))).toBe(text);
			}),
		);
	});
});

describe('GIV', () => {
	const guid = Uint8Array.from({ length: 16 }, (_, i) => i * 16 + 1);

	test('comes back', () => {
		const giv = { index: 36, guid, name: 'a song/with a slash.mp3' };
		expect(new TextDecoder().decode(encodeGiv(giv))).toBe(
			'GIV 36:01112131415161718191A1B1C1D1E1F1/a song/with a slash.mp3\n\n',
		);
		expect(parseGiv(firstLine(encodeGiv(giv)))).toEqual(giv);
	});

	test.each([
		'GIV 1:0111/x',
		'GIV x:01112131415161718191A1B1C1D1E1F1/x',
		'GIV 4294967296:01112131415161718191A1B1C1D1E1F1/x',
		'GIV 1:01112131415161718191A1B1C1D1E1F1',
		'GIV 1:01112131415161718191A1B1C1D1E1F1/\x1b',
		'giv 1:01112131415161718191A1B1C1D1E1F1/x',
	])('%j is refused', (line) => {
		expect(parseGiv(line)).toEqual({ refused: 'gnutella.giv.malformed' });
	});

	test('with a line end in our own name is our mistake', () => {
		expect(() => encodeGiv({ index: 1, guid, name: 'a\nb' })).toThrow();
	});
});
