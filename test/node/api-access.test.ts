import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiOptions, RunningApi } from '../../src/node/api/server.ts';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';

const running: RunningApi[] = [];

async function start(options: Partial<ApiOptions> = {}) {
	const api = await startMemoryApi(new MemoryBackend(), options);
	running.push(api);
	return api;
}

afterEach(async () => {
	await Promise.all(running.splice(0).map((api) => api.close()));
});

/** With headers that fetch does not let one set. */
function raw(
	url: string,
	headers: Record<string, string>,
	method = 'GET',
): Promise<{ status: number; body: string }> {
	return new Promise((resolve, reject) => {
		// The path as it is written: URL would tidy it up.
		const { hostname, port, origin } = new URL(url);
		const path = url.slice(origin.length);
		const sent = request(
			{ hostname, port, path, method, headers, setHost: !('host' in headers) },
			(response) => {
				let body = '';
				response.on('data', (text) => (body += text));
				response.on('end', () => resolve({ status: response.statusCode!, body }));
			},
		);
		sent.on('error', reject).end();
	});
}

/** Goes in by the printed address; answers the cookie as a browser would send it. */
async function enter(address: string): Promise<string> {
	const response = await fetch(address, { redirect: 'manual' });
	expect(response.status).toBe(303);
	return response.headers.getSetCookie()[0]!.split(';')[0]!;
}

describe('the printed address', () => {
	it('becomes a cookie that scripts cannot read, and leaves the address bar', async () => {
		const api = await start();
		const response = await fetch(api.entrance(), { redirect: 'manual' });
		expect(response.status).toBe(303);
		expect(response.headers.get('location')).toBe('./');
		const [cookie] = response.headers.getSetCookie();
		expect(cookie).toMatch(/^sallyport-\d+=/);
		expect(cookie).toMatch(/; HttpOnly/);
		expect(cookie).toMatch(/; SameSite=Strict/);
		expect(response.headers.get('referrer-policy')).toBe('no-referrer');
		const inside = await fetch(`${api.url}/api/v1/status`, { headers: { cookie: cookie!.split(';')[0]! } });
		expect(inside.status).toBe(200);
	});

	it('works once', async () => {
		const api = await start();
		const address = api.entrance();
		const cookie = await enter(address);
		const again = await fetch(address, { redirect: 'manual' });
		expect(again.status).toBe(403);
		expect(again.headers.getSetCookie()).toEqual([]);
		expect((await errorOf(again)).message).toMatch(/used already/);
		// The owner who opens it again from the history is in already.
		expect((await fetch(address, { redirect: 'manual', headers: { cookie } })).status).toBe(303);
	});

	it('gives a cookie that outlives a restart, but not a change of the key', async () => {
		const key = new Uint8Array(32).fill(9);
		const first = await start({ key });
		const port = Number(new URL(first.url).port);
		const cookie = await enter(first.entrance());
		await running.pop()!.close();
		await start({ key, port });
		expect((await fetch(`http://127.0.0.1:${port}/api/v1/status`, { headers: { cookie } })).status).toBe(200);
		await running.pop()!.close();
		await start({ key: new Uint8Array(32).fill(8), port });
		expect((await fetch(`http://127.0.0.1:${port}/api/v1/status`, { headers: { cookie } })).status).toBe(401);
	});

	it('gives a cookie that nobody can make or change, and that ends one day', async () => {
		let now = Date.now();
		const api = await start({ now: () => now });
		const cookie = await enter(api.entrance());
		const status = async (value: string) =>
			(await fetch(`${api.url}/api/v1/status`, { headers: { cookie: value } })).status;
		expect(await status(cookie)).toBe(200);
		const name = cookie.split('=')[0];
		expect(await status(`${name}=1.${now}`)).toBe(401);
		expect(await status(`${name}=1.${now}.${'A'.repeat(43)}`)).toBe(401);
		expect(await status(cookie.replace('1.', '1.9'))).toBe(401);
		now += 91 * 86_400_000;
		expect(await status(cookie)).toBe(401);
	});
});

describe('a request without a key', () => {
	it.each([
		'/api/v1/status',
		'/api/v1/live',
		'/api/v1/files',
		'/api/v1/openapi.json',
		'/api/v1/',
		'/metrics',
		'/api/nothing',
	])('learns nothing from %s', async (path) => {
		const api = await start();
		const response = await fetch(api.url + path);
		expect(response.status).toBe(401);
		expect(await errorOf(response)).toMatchObject({ code: 'key' });
		expect((await api.get(path === '/api/v1/live' ? '/api/v1/status' : path)).status).not.toBe(401);
	});

	it.each([
		'/%61pi/v1/status',
		'/api%2Fv1/status',
		'//api/v1/status',
		'/API/v1/status',
		'/./api/v1/status',
		'/api/v1/status/',
		'/api/v1/status;x',
		'/metric%73',
		'/x/../api/v1/status',
	])('does not get around the door by %s', async (path) => {
		const api = await start();
		const { status, body } = await raw(`${api.url}${path}`, {});
		expect(body).not.toMatch(/"scope"|process_cpu/);
		expect(status).toBeGreaterThanOrEqual(400);
	});

	it('gets the pages of the console and the health of the process', async () => {
		const api = await start();
		expect((await fetch(`${api.url}/`)).status).toBe(200);
		expect(await (await fetch(`${api.url}/healthz`)).json()).toEqual({ ok: true });
	});
});

describe('a page of a stranger', () => {
	it('is refused under its own name (DNS rebinding), whatever key it has', async () => {
		const api = await start();
		const { port } = new URL(api.url);
		const authorization = `Bearer ${api.bearer}`;
		for (const host of [
			`evil.example:${port}`,
			'evil.example',
			`127.0.0.1.evil.example:${port}`,
			'',
			'127.0.0.1@evil',
			'192.168.1.5',
		]) {
			const answer = await raw(`${api.url}/api/v1/status`, { host, authorization });
			expect([host, answer.status]).toEqual([host, 403]);
			expect(JSON.parse(answer.body).error.code).toBe('host');
		}
		for (const host of [
			`127.0.0.1:${port}`,
			`localhost:${port}`,
			`LOCALHOST`,
			`[::1]:${port}`,
			'127.0.0.2',
		]) {
			expect([host, (await raw(`${api.url}/api/v1/status`, { host, authorization })).status]).toEqual([
				host,
				200,
			]);
		}
	});

	it('is refused by its Origin', async () => {
		const api = await start();
		for (const origin of ['http://evil.example', 'null', 'http://127.0.0.1:1', `${api.url}.evil.example`]) {
			const response = await api.send('POST', '/api/v1/searches', { words: 'x' }, { origin });
			expect([origin, response.status]).toEqual([origin, 403]);
		}
		expect((await api.send('POST', '/api/v1/searches', { words: 'x' }, { origin: api.url })).status).toBe(
			201,
		);
	});

	it('cannot send a form', async () => {
		const api = await start();
		for (const type of [
			'text/plain',
			'application/x-www-form-urlencoded',
			'multipart/form-data; boundary=x',
		]) {
			const response = await api.send('POST', '/api/v1/searches', '{"words":"x"}', { 'content-type': type });
			expect([type, response.status]).toEqual([type, 415]);
		}
	});

	it('cannot frame the console or run its own script in it', async () => {
		const api = await start();
		const { headers } = await fetch(`${api.url}/`);
		expect(headers.get('content-security-policy')).toMatch(/default-src 'self'/);
		expect(headers.get('content-security-policy')).toMatch(/frame-ancestors 'none'/);
		expect(headers.get('x-content-type-options')).toBe('nosniff');
		expect(headers.get('access-control-allow-origin')).toBeNull();
	});
});

describe('wrong keys', () => {
	it('lock the address, but never the owner, and are forgotten with time', async () => {
		let now = Date.now();
		const api = await start({ now: () => now });
		const cookie = await enter(api.entrance());
		const guess = async () =>
			(await fetch(`${api.url}/api/v1/status`, { headers: { authorization: 'Bearer wrong' } })).status;
		const statuses = [];
		for (let n = 0; n < 12; n++) statuses.push(await guess());
		expect(statuses).toEqual([...Array(10).fill(401), 429, 429]);
		const token = await fetch(api.entrance(), { redirect: 'manual' });
		expect(token.status).toBe(429);
		expect((await errorOf(token)).message).toMatch(/Try again in \d+ s/);
		expect((await api.get('/api/v1/status')).status).toBe(200);
		expect((await fetch(`${api.url}/api/v1/status`, { headers: { cookie } })).status).toBe(200);
		now += 61_000;
		expect(await guess()).toBe(401);
		expect(await guess()).toBe(429);
		now += 3_600_000;
		for (let n = 0; n < 10; n++) expect(await guess()).toBe(401);
	});
});

describe('an API that is open to others', () => {
	it('does not start without a password', async () => {
		await expect(start({ host: '0.0.0.0' })).rejects.toThrow(/SALLYPORT_PASSWORD/);
		await expect(start({ host: '0.0.0.0', password: '' })).rejects.toThrow(/SALLYPORT_PASSWORD/);
	});

	it('asks for the password at its door, and then gives a cookie', async () => {
		const api = await start({ host: '0.0.0.0', password: 'open sesame' });
		const url = `http://127.0.0.1:${new URL(api.url).port}`;
		const basic = (password: string) => ({
			authorization: `Basic ${Buffer.from(`me:${password}`).toString('base64')}`,
		});
		const outside = await fetch(`${url}/`);
		expect(outside.status).toBe(401);
		expect(outside.headers.get('www-authenticate')).toMatch(/^Basic/);
		expect((await fetch(`${url}/api/v1/status`)).headers.get('www-authenticate')).toBeNull();
		expect((await fetch(`${url}/`, { headers: basic('wrong') })).status).toBe(401);
		const inside = await fetch(`${url}/`, { headers: basic('open sesame') });
		expect(inside.status).toBe(200);
		const cookie = inside.headers.getSetCookie()[0]!.split(';')[0]!;
		expect((await fetch(`${url}/api/v1/status`, { headers: { cookie } })).status).toBe(200);
		expect((await fetch(`${url}/api/v1/status`, { headers: basic('open sesame') })).status).toBe(200);
	});

	it('takes plain addresses as its name, since nobody can point one, but no names', async () => {
		const api = await start({ host: '0.0.0.0', password: 'open sesame' });
		const url = `http://127.0.0.1:${new URL(api.url).port}/healthz`;
		expect((await raw(url, { host: '192.168.1.5:4680' })).status).toBe(200);
		expect((await raw(url, { host: 'evil.example' })).status).toBe(403);
	});
});
