import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Bench, contentOf, sha1Of, sourceOf } from './bench.ts';

let bench: Bench;

beforeEach(() => {
	bench = new Bench();
});

afterEach(() => bench.end());

test('a thousand wanted files are a list at once, and those with priority come first', async () => {
	const contents = Array.from({ length: 1000 }, (_, at) => contentOf(64, at + 1));
	const ids: number[] = [];
	for (const [at, content] of contents.entries())
		ids.push(await bench.want(content, { name: `${at}`, sources: [sourceOf(1)] }));
	await bench.until(() => bench.requests.length === 8);
	expect(bench.downloads.list()).toHaveLength(1000);
	bench.downloads.setPriority(ids[900]!, 5);
	bench.answer(bench.requests[0]!, contents[0]!);
	await bench.state(ids[0]!, 'complete');
	await bench.until(() => bench.requests.length === 9);
	expect(bench.requests[8]!.sha1).toBe(sha1Of(contents[900]!));
	// Work for the list does not grow with what each of them has: a view of all is made of records.
	expect(bench.downloads.list().filter(({ state }) => state === 'wanted')).toHaveLength(991);
});

test('a file of 10 GB takes the room of what has arrived, and its last bytes are found where they belong', async () => {
	const size = 10 * 2 ** 30;
	const id = await bench.want(contentOf(1), {
		size,
		sources: [sourceOf(1), sourceOf(2), sourceOf(3), sourceOf(4)],
	});
	await bench.until(() => bench.requests.length >= 1);
	const first = bench.requests[0]!;
	bench.head(first.fetch, { from: 0, to: first.to!, size });
	await bench.until(() => bench.requests.length === 4);
	const last = bench.requests.at(-1)!;
	bench.head(last.fetch, { from: last.from, to: last.to!, size });
	bench.body(last.fetch, contentOf(65_536, 7));
	await bench.until(() => bench.downloads.get(id)!.done === 65_536);
	const partial = join(bench.incomplete, `${id}.part`);
	const { size: length, blocks } = statSync(partial);
	expect(length).toBe(last.from + 65_536);
	expect(blocks * 512).toBeLessThan(1 << 20);
	await bench.restart();
	expect(bench.downloads.detail(id)!.here).toEqual([{ from: last.from, to: last.from + 65_536 }]);
});

test('a name of 255 bytes and a folder that is read only end in a sentence, and the file is kept', async () => {
	const film = contentOf(1000);
	const id = await bench.want(film, { name: `${'ü'.repeat(200)}.ogv` });
	bench.answer(await bench.request(1), film);
	const { path } = await bench.state(id, 'complete');
	expect(Buffer.byteLength(path!.split('/').at(-1)!)).toBeLessThanOrEqual(255);
	expect(path!.endsWith('.ogv')).toBe(true);
	// A file where the folder should be stands for a folder that cannot be written to: tests may run as root.
	const out = join(bench.folder, 'blocked');
	const other = contentOf(1000, 5);
	const second = await bench.want(other, { name: 'b', out: join(out, 'deeper') });
	const request = await bench.request(2);
	bench.downloads.pause(second);
	rmSync(out, { recursive: true });
	writeFileSync(out, 'in the way');
	bench.downloads.resume(second);
	bench.answer(await bench.request(3), other);
	expect(request.sha1).toBe(sha1Of(other));
	const view = await bench.state(second, 'failed');
	expect(view.why).toMatch(/is not a folder|may not write/);
	expect(bench.files(bench.quarantine)).toEqual([`${second}`]);
	// With the way free, it is not fetched again.
	rmSync(out);
	bench.downloads.retry(second);
	await bench.state(second, 'complete');
	expect(readFileSync(join(out, 'deeper', 'b')).equals(other)).toBe(true);
	expect(bench.requests).toHaveLength(3);
});
