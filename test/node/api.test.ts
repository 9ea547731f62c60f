import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';

let backend: MemoryBackend;
let api: Awaited<ReturnType<typeof startMemoryApi>>;

beforeAll(async () => {
	backend = new MemoryBackend();
	api = await startMemoryApi(backend);
});
afterAll(() => api.close());
beforeEach(() => {
	backend.calls.length = 0;
});

describe('lists', () => {
	it('are given by window, sorted and filtered', async () => {
		backend
			.of('files')
			.set(Array.from({ length: 500 }, (_, at) => ({ id: at + 1, name: `file ${at}.txt`, size: at * 1000 })));
		const response = await api.get('/api/v1/files?from=1&count=2&sort=-size&filter=size%3C400k%20-ext:iso');
		expect(await response.json()).toEqual({
			total: 400,
			all: 500,
			from: 1,
			rows: [
				{ id: 399, name: 'file 398.txt', size: 398_000 },
				{ id: 398, name: 'file 397.txt', size: 397_000 },
			],
		});
	});

	it.each(['peers', 'files', 'searches', 'transfers', 'uploads', 'evidence'])('%s is there', async (list) => {
		const response = await api.get(`/api/v1/${list}`);
		expect(response.status).toBe(200);
		expect(await response.json()).toMatchObject({ from: 0 });
	});

	it('of results need a search that exists', async () => {
		expect((await api.get('/api/v1/results')).status).toBe(400);
		expect((await api.get('/api/v1/results?search=99')).status).toBe(404);
		backend.of('results 3').set([{ id: 1 }]);
		expect(await (await api.get('/api/v1/results?search=3')).json()).toMatchObject({ total: 1 });
	});

	it.each([
		['count=5000', 400, 'invalid'],
		['from=-1', 400, 'invalid'],
		['from=x', 400, 'invalid'],
		[`filter=${'x'.repeat(201)}`, 400, 'invalid'],
		['sort=__proto__', 400, 'sort'],
		['sort=colour', 400, 'sort'],
	])('refuse %s', async (query, status, code) => {
		const response = await api.get(`/api/v1/files?${query}`);
		expect(response.status).toBe(status);
		const error = await errorOf(response);
		expect(error.code).toBe(code);
		expect(error.message).toMatch(/\.$/);
	});
});

describe('commands', () => {
	it('start, show, stop and forget a search', async () => {
		const made = await api.send('POST', '/api/v1/searches', { words: '  sally port ' });
		expect(made.status).toBe(201);
		expect(await made.json()).toMatchObject({ id: 1, words: 'sally port', state: 'asking' });
		expect(await (await api.get('/api/v1/searches/1')).json()).toMatchObject({ words: 'sally port' });
		expect((await api.send('POST', '/api/v1/searches/1/stop')).status).toBe(200);
		expect(backend.calls).toEqual([['stopSearch', 1]]);
		const gone = await api.send('DELETE', '/api/v1/searches/1');
		expect([gone.status, await gone.text()]).toEqual([204, '']);
		expect((await api.send('DELETE', '/api/v1/searches/1')).status).toBe(404);
		expect((await api.get('/api/v1/searches/1')).status).toBe(404);
	});

	it('refuse a search without words', async () => {
		for (const body of [{}, { words: ' ' }, { words: 3 }, { words: 'x'.repeat(201) }, '{', '[]']) {
			expect((await api.send('POST', '/api/v1/searches', body)).status).toBe(400);
		}
		expect((await api.send('POST', '/api/v1/searches')).status).toBe(400);
	});

	it('say no by a rule with 409 and its code', async () => {
		const response = await api.send('POST', '/api/v1/transfers', { urn: 'urn:sha1:X' });
		expect(response.status).toBe(409);
		expect(await errorOf(response)).toEqual({ code: 'refused', message: 'This hit is refused.' });
	});

	it.each(['pause', 'resume', 'cancel', 'retry'])('%s a transfer', async (change) => {
		backend.transfers = [{ id: 5, name: 'x' } as never];
		expect((await api.send('POST', `/api/v1/transfers/5/${change}`)).status).toBe(200);
		expect(backend.calls).toEqual([[change, 5]]);
		expect((await api.send('POST', `/api/v1/transfers/6/${change}`)).status).toBe(404);
	});

	it('share, explain and withdraw folders', async () => {
		expect((await api.send('POST', '/api/v1/folders', { path: '/srv/share' })).status).toBe(201);
		expect(await (await api.get('/api/v1/folders')).json()).toMatchObject([{ path: '/srv/share' }]);
		expect((await api.send('POST', '/api/v1/folders/rescan')).status).toBe(200);
		expect(await (await api.get('/api/v1/files/explain?path=/etc/passwd')).json()).toMatchObject({
			shared: false,
		});
		expect((await api.send('DELETE', '/api/v1/folders/1')).status).toBe(204);
		expect((await api.send('DELETE', '/api/v1/folders/2')).status).toBe(404);
	});

	it('connect and disconnect peers', async () => {
		expect((await api.send('POST', '/api/v1/peers', { address: '127.0.0.2:6346' })).status).toBe(202);
		expect(backend.calls).toEqual([['connect', '127.0.0.2:6346']]);
		expect((await api.send('POST', '/api/v1/peers', { address: 'nowhere' })).status).toBe(400);
		expect((await api.send('DELETE', '/api/v1/peers/7')).status).toBe(204);
		expect((await api.send('DELETE', '/api/v1/peers/8')).status).toBe(404);
	});

	it('answer what is no command with an error of the same shape', async () => {
		const response = await api.get('/api/v1/nothing');
		expect(response.status).toBe(404);
		expect(await errorOf(response)).toMatchObject({ code: 'not-found' });
		const large = await api.send('POST', '/api/v1/searches', { words: 'x'.repeat(100_000) });
		expect(large.status).toBe(413);
		expect(await errorOf(large)).toMatchObject({ message: expect.stringMatching(/\.$/) });
	});
});

describe('the description', () => {
	it('names every route, with a summary and the shape of rows', async () => {
		const described = (await (await api.get('/api/v1/openapi.json')).json()) as {
			openapi: string;
			paths: Record<string, Record<string, { summary?: string; responses?: unknown }>>;
		};
		expect(described.openapi).toBe('3.1.0');
		const routes = Object.entries(described.paths).flatMap(([path, methods]) =>
			Object.entries(methods).map(([method, { summary }]) => ({ route: `${method} ${path}`, summary })),
		);
		expect(routes.length).toBeGreaterThan(25);
		expect(routes.filter(({ summary }) => !summary)).toEqual([]);
		expect(routes.map(({ route }) => route)).toContain('post /api/v1/transfers/{id}/pause');
		expect(JSON.stringify(described.paths['/api/v1/files'])).toMatch(/requests/);
		const page = await (await api.get('/api/v1/')).text();
		expect(page).toMatch(/<code>\/api\/v1\/transfers\/\{id\}<\/code>/);
		expect((await api.get('/api/v1')).status).toBe(200);
	});

	it('has figures for Prometheus', async () => {
		const response = await api.get('/metrics');
		expect(response.headers.get('content-type')).toMatch(/text\/plain/);
		const text = await response.text();
		expect(text).toMatch(/^sallyport_peers_ultrapeers 2$/m);
		expect(text).toMatch(/^process_cpu_seconds_total/m);
	});
});
