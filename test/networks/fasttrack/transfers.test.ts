/** Transfers with others that are played by hand: requests, answers, and what is wrong with them. */
import { describe, expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { ours } from '../../../src/networks/fasttrack/limits.ts';
import { formatHashTag } from '../../../src/networks/fasttrack/wire/http.ts';
import type { FetchRequest } from '../../../src/networks/network.ts';
import { request, Scene, there } from './scripted.ts';
import { hash } from './session.ts';

const song = { name: 'amber.mp3', size: 1000 };

function giver(): { scene: Scene; ask: (head: string) => string; target: string } {
	const scene = new Scene({ files: [song], announce: there });
	const target = `/.hash=${hex(scene.shared())}`;
	return { scene, target, ask: (head) => scene.caller('198.51.100.8', head).text() };
}

describe('whoever asks for a file', () => {
	it('is told what it is, and which bytes follow', () => {
		const { ask, target, scene } = giver();
		const answer = ask(`GET ${target} HTTP/1.1\r\nUserAgent: KazaaClient\r\nRange: bytes=10-19\r\n\r\n`);
		expect(answer.split('\r\n').slice(0, -2)).toEqual([
			'HTTP/1.1 206 Partial Content',
			'Server: Sallyport/test',
			'X-Kazaa-Username: me',
			'X-Kazaa-Network: KaZaA',
			'X-Kazaa-IP: 198.51.100.7:1300',
			'X-Kazaa-SupernodeIP: 198.51.100.7:1300',
			`X-KazaaTag: ${formatHashTag(scene.shared())}`,
			`X-Kztree-URI: /.kztree=${scene.sharedTree()}`,
			'Content-Range: bytes 10-19/1000',
			'Content-Length: 10',
			'Content-Type: application/octet-stream',
			'Connection: close',
		]);
	});

	it('gets the whole where no range is asked for, 416 where there is none such, 404 for what nobody has', () => {
		const { ask, target } = giver();
		expect(ask(`GET ${target} HTTP/1.0\n\n`)).toContain('bytes 0-999/1000');
		expect(ask(`GET ${target}/ HTTP/1.1\r\nRange: bytes=990-\r\n\r\n`)).toContain('bytes 990-999/1000');
		for (const range of ['bytes=1000-', 'bytes=9-8', 'bytes=-5', 'lines=1-2'])
			expect(ask(`GET ${target} HTTP/1.1\r\nRange: ${range}\r\n\r\n`)).toMatch(/^HTTP\/1.1 416 /);
		expect(ask(`GET /.hash=${'0'.repeat(40)} HTTP/1.1\r\n\r\n`)).toMatch(/^HTTP\/1.1 404 /);
	});

	it('cannot leave the share, and cannot send nonsense: fasttrack.http.malformed', () => {
		const { scene, ask } = giver();
		expect(ask('GET /../../etc/passwd HTTP/1.1\r\n\r\n')).toMatch(/^HTTP\/1.1 404 /);
		expect(scene.codes()).toEqual(['defence.path.traversal']);
		expect(ask('GET nonsense\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
		expect(ask(`GET / HTTP/1.1\r\n${'x'.repeat(9000)}`)).toMatch(/^HTTP\/1.1 400 /);
		expect(scene.codes().slice(1)).toEqual(['fasttrack.http.malformed', 'fasttrack.http.malformed']);
	});

	it('must ask in time: fasttrack.http.slow', () => {
		const { scene } = giver();
		const slow = scene.caller('198.51.100.8', 'GET /');
		for (let second = 0; second <= ours.requestSeconds; second++)
			scene.world.advance(scene.world.time + 1000);
		expect(scene.codes()).toEqual(['fasttrack.http.slow']);
		expect(scene.isEnded(slow.link)).toBe(true);
	});
});

/** What a fetch ends with when its source answers so. */
function answered(answer: string): { why: string | undefined; codes: string[] } {
	const scene = new Scene({ role: 'leaf' });
	scene.node.fetch(request);
	const { link } = scene.world.dials.at(-1)!;
	scene.world.answer(link);
	scene.world.flush();
	expect(Buffer.from(scene.world.sentOn(link)).toString()).toMatch(
		new RegExp(`^GET /.hash=${hex(hash)} HTTP/1.1\r\n[^]*Range: bytes=10-19\r\n`),
	);
	scene.feed(link, answer);
	return { why: scene.fetched[0], codes: scene.codes() };
}

describe('a source', () => {
	const head = (status: string, ...lines: string[]): string =>
		`HTTP/1.1 ${status}\r\n${lines.join('\r\n')}\r\n\r\n`;
	const ten = '0123456789';

	it('gives what was asked for, or less of it', () => {
		expect(answered(head('206 OK', 'Content-Range: bytes 10-19/99') + ten)).toEqual({ why: '', codes: [] });
		expect(answered(head('206 OK', 'Content-Range: bytes 10-12/99') + ten)).toEqual({ why: '', codes: [] });
		expect(
			answered(head('206 OK', `X-KazaaTag: ${formatHashTag(hash)}`, 'Content-Range: bytes 10-19/99') + ten)
				.why,
		).toBe('');
	});

	it('is asked for a range with an end, or for the whole without one: giFT refuses a range that has none', () => {
		const asked = (more: Partial<FetchRequest>): string | undefined => {
			const scene = new Scene({ role: 'leaf' });
			const { to: _, ...open } = request;
			scene.node.fetch({ ...open, ...more });
			const { link } = scene.world.dials.at(-1)!;
			scene.world.answer(link);
			scene.world.flush();
			return /Range: (.*)\r\n/.exec(Buffer.from(scene.world.sentOn(link)).toString())?.[1];
		};
		expect(asked({ to: 20 })).toBe('bytes=10-19');
		expect(asked({ size: 99 })).toBe('bytes=10-98');
		expect(asked({ from: 0, size: 99 })).toBe('bytes=0-98');
		expect(asked({ from: 0 })).toBeUndefined();
		expect(asked({})).toBe('bytes=10-');
	});

	it('gives no other range, and no body without a length: fasttrack.fetch.range', () => {
		for (const lines of [
			['Content-Range: bytes 11-19/99'],
			['Content-Range: bytes 10-20/99'],
			['Content-Range: bytes 10-19/15'],
			['Content-Range: bytes 10-19/99', 'Content-Length: 11'],
			['Content-Length: 99'],
			[],
		])
			expect(answered(head('206 OK', ...lines) + ten)).toEqual({
				why: 'the source answered nonsense',
				codes: ['fasttrack.fetch.range'],
			});
		expect(answered(head('200 OK', 'Content-Length: 10') + ten).codes).toEqual(['fasttrack.fetch.range']);
	});

	it('gives no other content: fasttrack.fetch.content', () => {
		const tag = `X-KazaaTag: ${formatHashTag(hash.map((byte) => byte ^ 1))}`;
		expect(answered(head('206 OK', tag, 'Content-Range: bytes 10-19/99') + ten).codes).toEqual([
			'fasttrack.fetch.content',
		]);
	});

	it('says no in its own words, or nonsense', () => {
		expect(answered(head('503 Busy', 'Retry-After: 60'))).toEqual({
			why: 'the source answered 503',
			codes: [],
		});
		expect(answered('SSH-2.0\r\n\r\n').codes).toEqual(['fasttrack.http.malformed']);
		expect(answered(head('206 OK', 'a line that is no header')).codes).toEqual(['fasttrack.http.malformed']);
	});

	it('that falls silent, or closes, ends the fetch', () => {
		const scene = new Scene({ role: 'leaf' });
		scene.node.fetch(request);
		scene.node.fetch({ ...request, fetch: 2 });
		const [first, second] = scene.world.dials;
		scene.world.answer(first.link);
		scene.world.answer(second.link);
		scene.world.close(second.link, 'reset');
		for (let second = 0; second <= ours.fetchSeconds; second++) scene.world.advance(scene.world.time + 1000);
		expect(scene.fetched).toEqual(['the source closed: reset', 'the source sent nothing for too long']);
	});
});
