import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { run } from '../../src/cli/transfers.ts';
import type { Upload } from '../../src/node/api/schemas.ts';

const running: Upload = {
	...{ id: 1, state: 'sending', name: 'a talk.ogg', peer: '127.0.0.2:6346', agent: 'Test/1' },
	...{ from: 1000, to: 5000, done: 2000, rate: 500, startedAt: 1 },
};
const waiting: Upload = {
	...running,
	id: 2,
	state: 'queued',
	position: 1,
	from: 0,
	to: 9000,
	done: 0,
	rate: 0,
};
let uploads: Upload[] = [];

const server = createServer(({ url }, response) => {
	const rows = url!.includes('uploads') ? uploads : [];
	response.setHeader('Content-Type', 'application/json');
	response.end(JSON.stringify({ total: rows.length, all: rows.length, from: 0, rows }));
});

beforeAll(() => new Promise<void>((done) => void server.listen(0, '127.0.0.1', done)));
afterAll(() => new Promise((done) => void server.close(done)));

async function printed(json = false): Promise<string> {
	const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
	try {
		await run({
			json,
			home: join(tmpdir(), 'sallyport-no-home'),
			options: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
			password: 'x',
			interrupted: new AbortController().signal,
		});
		return write.mock.calls.map(([text]) => text).join('');
	} finally {
		write.mockRestore();
	}
}

it('uploads stand beneath the downloads, with the place of those who wait', async () => {
	uploads = [running, waiting];
	expect(await printed()).toBe(
		[
			'Nothing is being fetched. Try: sallyport search WORDS',
			'',
			'upload           done              rate     to              agent   name',
			'sending          2.0 kB of 4.0 kB  500 B/s  127.0.0.2:6346  Test/1  a talk.ogg',
			'queued, place 1  0 B of 9.0 kB     0 B/s    127.0.0.2:6346  Test/1  a talk.ogg',
			'',
		].join('\n'),
	);
});

it('without uploads nothing is said of them, and JSON is of downloads only', async () => {
	uploads = [];
	expect(await printed()).toBe('Nothing is being fetched. Try: sallyport search WORDS\n');
	uploads = [running];
	expect(await printed(true)).toBe('');
});
