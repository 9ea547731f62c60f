import { describe, expect, it } from 'vitest';
import { HostileMedia } from '../../src/defence/hostile-media.ts';
import { contentOf } from '../defence/corpus/content-of.ts';
import { hostileMediaFiles } from '../defence/corpus/hostile-media-files.ts';
import { Chance } from '../defence/corpus/random.ts';

describe('the song of the talk, gimp.mp3, which is a web page', () => {
	const page = Buffer.from(
		'<html><head><title>gimp</title></head><body onload="window.open(\'http://www.example.org/\')"></body></html>\n',
	);

	it('is a song like any other without the defence', async () => {
		expect(new HostileMedia(false).inspect(await contentOf('gimp.mp3', page))).toEqual([]);
	});

	it('is refused with it; under its own name it is a page like any other', async () => {
		const on = new HostileMedia(true);
		expect(on.inspect(await contentOf('gimp.mp3', page))).toEqual([
			{ code: 'defence.media.page', verdict: 'refused', detail: 'a web page named .mp3' },
		]);
		expect(on.inspect(await contentOf('gimp.html', page))).toEqual([]);
	});
});

describe('films, documents and pictures that act', () => {
	const files = hostileMediaFiles(new Chance(1));

	it('are played without the defence', async () => {
		const off = new HostileMedia(false);
		for (const { extension, bytes } of files)
			expect(off.inspect(await contentOf(`holiday.${extension}`, bytes))).toEqual([]);
	});

	it('are told with it, each for its reason', async () => {
		const on = new HostileMedia(true);
		for (const { kind, extension, code, bytes } of files) {
			const found = on.inspect(await contentOf(`holiday.${extension}`, bytes));
			expect(
				found.map((one) => one.code),
				kind,
			).toContain(code);
		}
		expect([...on.counts.keys()].sort()).toEqual([
			'defence.media.active',
			'defence.media.carries',
			'defence.media.command',
			'defence.media.elsewhere',
			'defence.media.interactive',
			'defence.media.licence',
			'defence.media.obscured',
			'defence.media.page',
			'defence.media.polyglot',
		]);
	});

	it('refused are those that act by themselves, suspicious those that may be meant', async () => {
		const on = new HostileMedia(true);
		const verdict: Record<string, string[]> = { refused: [], suspicious: [] };
		for (const { kind, extension, bytes } of files) {
			const found = on.inspect(await contentOf(`holiday.${extension}`, bytes));
			verdict[found.some((one) => one.verdict === 'refused') ? 'refused' : 'suspicious']!.push(kind);
		}
		expect(verdict['refused']).toEqual(
			expect.arrayContaining([
				'wmv with url',
				'pdf script on opening',
				'svg with script',
				'page as media',
				'pdf with program',
			]),
		);
		expect(verdict['suspicious']).toEqual(
			expect.arrayContaining([
				'wma with licence',
				'm3u remote',
				'reference movie',
				'flash',
				'pdf script of a field',
				'jpg and zip',
			]),
		);
	});
});
