/** The Watch page's API, with real analyses of captures that are made here. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type {
	Analysis,
	PolicyTrial,
	WatchEvidence,
	WatchFlow,
	WatchHosts,
	WatchOverview,
} from '../../src/node/api/watch-schemas.ts';
import { Analyses } from '../../src/watch/analysis/analyses.ts';
import { officeCapture } from '../watch/office-capture.ts';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';

let analyses: Analyses;
let api: Awaited<ReturnType<typeof startMemoryApi>>;
let folder: string;
const kept = process.env['TMPDIR'];

beforeEach(async () => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
	process.env['TMPDIR'] = folder;
	analyses = new Analyses(1_000_000);
	api = await startMemoryApi(new MemoryBackend(), { watching: analyses });
});
afterEach(async () => {
	await api.close();
	await analyses.close();
	expect(readdirSync(folder)).toEqual([]);
	rmSync(folder, { recursive: true });
	if (kept === undefined) delete process.env['TMPDIR'];
	else process.env['TMPDIR'] = kept;
});

const bytes = { 'content-type': 'application/octet-stream' };

function upload(
	body: Uint8Array,
	name = 'office.pcap',
	headers: Record<string, string> = bytes,
): Promise<Response> {
	return fetch(`${api.url}/api/v1/watch/analyses?name=${encodeURIComponent(name)}`, {
		method: 'POST',
		headers: { authorization: `Bearer ${api.bearer}`, ...headers },
		body: Buffer.from(body),
	});
}

async function get<Value>(path: string): Promise<Value> {
	const response = await api.get(`/api/v1/watch/${path}`);
	expect(response.status).toBe(200);
	return (await response.json()) as Value;
}

/** Uploaded, and read to its end. */
async function analysed(body: Uint8Array = officeCapture()): Promise<number> {
	const response = await upload(body);
	expect(response.status).toBe(201);
	const { id } = (await response.json()) as Analysis;
	await expect
		.poll(async () => (await get<Analysis[]>('analyses')).find((one) => one.id === id)?.state)
		.toMatch(/done|failed/);
	return id;
}

describe('a capture that is uploaded', () => {
	it('is analysed, listed with its sums, and forgotten with its file', async () => {
		const id = await analysed();
		const [analysis] = await get<Analysis[]>('analyses');
		expect(analysis).toMatchObject({
			id,
			name: 'office.pcap',
			state: 'done',
			live: false,
			packetsKept: true,
			size: officeCapture().length,
			flows: 7,
			recognised: 3,
			notes: [],
		});
		expect(readdirSync(folder)).toHaveLength(1);
		expect((await api.send('DELETE', `/api/v1/watch/analyses/${id}`)).status).toBe(204);
		expect(await get('analyses')).toEqual([]);
		expect(readdirSync(folder)).toEqual([]);
		expect((await api.send('DELETE', `/api/v1/watch/analyses/${id}`)).status).toBe(404);
		expect((await api.get(`/api/v1/watch/analyses/${id}/overview`)).status).toBe(404);
	});

	it('is summed by network and over time, narrowed by filter and time', async () => {
		const id = await analysed();
		const all = await get<WatchOverview>(`analyses/${id}/overview`);
		expect(all.flows).toBe(7);
		expect(all.networks.map(({ network, flows }) => [network, flows])).toEqual(
			expect.arrayContaining([
				['gnutella', 2],
				['edonkey', 1],
				['', 4],
			]),
		);
		expect(all.series.map((steps) => steps.length)).toEqual([
			all.series[0]!.length,
			all.series[0]!.length,
			all.series[0]!.length,
		]);
		const filtered = await get<WatchOverview>(`analyses/${id}/overview?filter=network%3Dgnutella`);
		expect(filtered.networks).toMatchObject([{ network: 'gnutella', flows: 2, by: { payload: 2 } }]);
		const first = all.from;
		const early = await get<WatchOverview>(`analyses/${id}/overview?begin=${first}&end=${first + 5_000}`);
		expect(early.flows).toBeLessThan(all.flows);
		expect(early.flows).toBeGreaterThan(0);
	});

	it('has hosts, ranked, with the reasons', async () => {
		const id = await analysed();
		const { hosts, whole } = await get<WatchHosts>(`analyses/${id}/hosts`);
		expect(whole).toBe(true);
		expect(hosts[0]).toMatchObject({ host: '10.0.0.7', networks: { gnutella: 2 }, by: { payload: 2 } });
		const ranked = await get<WatchHosts>(`analyses/${id}/hosts?by=score&count=2`);
		expect(ranked.hosts).toHaveLength(2);
	});

	it('has flows by window, in any order', async () => {
		const id = await analysed();
		const page = await get<{ total: number; all: number; from: number; rows: WatchFlow[] }>(
			`analyses/${id}/flows?filter=-network:edonkey%20host:10.0.0.7&sort=-bytes&from=0&count=2`,
		);
		expect(page).toMatchObject({ total: 3, all: 7, from: 0 });
		expect(page.rows).toHaveLength(2);
		expect(page.rows[0]!.bytes).toBeGreaterThanOrEqual(page.rows[1]!.bytes);
		const refused = await api.get(`/api/v1/watch/analyses/${id}/flows?sort=colour`);
		expect(refused.status).toBe(400);
		expect((await errorOf(refused)).code).toBe('sort');
	});

	it('shows of one flow what matched where, and its packets', async () => {
		const id = await analysed();
		const { rows } = await get<{ rows: WatchFlow[] }>(`analyses/${id}/flows?filter=gnutella&sort=start`);
		const found = await get<WatchEvidence>(`analyses/${id}/flows/${rows[0]!.id}`);
		expect(found.flow.evidence).toMatch(/GNUTELLA CONNECT.*bytes 0 to \d+ from the opener, payload packet 1/);
		expect(found.communityId).toMatch(/^1:/);
		expect(found.packets.map(({ fromOpener }) => fromOpener)).toEqual([true, false]);
		expect(Buffer.from(found.packets[0]!.hex, 'hex').toString('latin1')).toMatch(
			/^GNUTELLA CONNECT\/0\.6\r\n/,
		);
		expect((await api.get(`/api/v1/watch/analyses/${id}/flows/999`)).status).toBe(404);
	});

	it('is judged by a policy, and records lead to their rules and back', async () => {
		const id = await analysed();
		const path = `/api/v1/watch/analyses/${id}/policy`;
		const text =
			'rules:\n  - name: slow peers\n    match: { network: gnutella }\n    action: throttle\n    rate: 256kbit\n';
		expect((await api.send('PUT', path, { text })).status).toBe(200);
		await expect.poll(async () => (await get<PolicyTrial>(`analyses/${id}/policy`)).judged).toBe(7);
		const trial = await get<PolicyTrial>(`analyses/${id}/policy`);
		expect(trial.rules).toMatchObject([
			{ rule: 'slow peers', action: 'throttle', rateBits: 256_000, flows: 2 },
		]);
		const { rows } = await get<{ rows: WatchFlow[] }>(
			`analyses/${id}/flows?filter=${encodeURIComponent('rule="slow peers"')}`,
		);
		expect(rows).toHaveLength(2);
		expect(rows[0]).toMatchObject({ network: 'gnutella', rule: 'slow peers', action: 'throttle' });
		const wrong = await api.send('PUT', path, { text: 'rules:\n  - name: x\n    action: explode\n' });
		const { faults, rules } = (await wrong.json()) as PolicyTrial;
		expect(faults).toMatchObject([{ line: 3 }]);
		expect(rules).toHaveLength(1);
		expect((await api.send('PUT', path, { text: 'x'.repeat(60_001) })).status).toBe(400);
	});
});

describe('refused are', () => {
	it('what is no capture: it is listed as failed, with the reason', async () => {
		await analysed(Buffer.from('this is a letter and no capture'));
		const [analysis] = await get<Analysis[]>('analyses');
		expect(analysis).toMatchObject({ state: 'failed', flows: 0 });
		expect(analysis!.notes[0]).toMatch(/no packet capture/);
	});

	it('uploads that are too large, and nothing of them stays', async () => {
		const response = await upload(new Uint8Array(1_000_001));
		expect(response.status).toBe(413);
		expect((await errorOf(response)).code).toBe('watch.upload.large');
		expect(await get('analyses')).toEqual([]);
	});

	it('a fourth analysis', async () => {
		for (let count = 0; count < 3; count++) expect((await upload(officeCapture())).status).toBe(201);
		const response = await upload(officeCapture());
		expect(response.status).toBe(409);
		expect((await errorOf(response)).code).toBe('watch.analysis.many');
	});

	it('other bodies than bytes', async () => {
		expect((await upload(officeCapture(), 'x', { 'content-type': 'text/plain' })).status).toBe(415);
		expect((await upload(Buffer.from('{}'), 'x', { 'content-type': 'application/json' })).status).toBe(415);
	});

	it('bytes for any other route, strangers, and other pages', async () => {
		const folders = await fetch(`${api.url}/api/v1/folders`, {
			method: 'POST',
			headers: { authorization: `Bearer ${api.bearer}`, ...bytes },
			body: '{}',
		});
		expect(folders.status).toBe(415);
		const stranger = await fetch(`${api.url}/api/v1/watch/analyses`, {
			method: 'POST',
			headers: bytes,
			body: 'x',
		});
		expect(stranger.status).toBe(401);
		const elsewhere = await upload(officeCapture(), 'x', { ...bytes, origin: 'http://elsewhere.example' });
		expect(elsewhere.status).toBe(403);
	});

	it('an upload that breaks off: its part goes', async () => {
		const over = new AbortController();
		const half = new ReadableStream<Uint8Array>({
			start: (stream) => stream.enqueue(officeCapture().subarray(0, 100)),
		});
		const request = fetch(`${api.url}/api/v1/watch/analyses`, {
			method: 'POST',
			headers: { authorization: `Bearer ${api.bearer}`, ...bytes },
			body: half,
			duplex: 'half',
			signal: over.signal,
		} as RequestInit);
		await expect.poll(async () => (await get<Analysis[]>('analyses')).length).toBe(1);
		expect((await get<Analysis[]>('analyses'))[0]).toMatchObject({ state: 'receiving' });
		over.abort();
		await expect(request).rejects.toThrow();
		await expect.poll(() => get('analyses')).toEqual([]);
	});

	it('an upload whose sender fails', async () => {
		async function* failing(): AsyncGenerator<Uint8Array> {
			yield officeCapture().subarray(0, 100);
			throw new Error('gone');
		}
		expect(await analyses.receive('x', failing())).toMatchObject({ refused: 'watch.upload.broken' });
	});

	it('questions to a thread that is gone', async () => {
		const thread = analyses.of(await analysed())!;
		await analyses.close();
		expect(await thread.describe()).toMatchObject({
			state: 'failed',
			refusal: { refused: 'watch.analysis.broken' },
		});
	});

	it('names that reach elsewhere: only the last part is shown', async () => {
		await upload(officeCapture(), '../../etc/\u202epcap.passwd');
		const [analysis] = await get<Analysis[]>('analyses');
		expect(analysis!.name).toBe('pcap.passwd');
	});
});

describe('without a node', () => {
	it('the console has its status and the analyses, and no lists', async () => {
		const status = new MemoryBackend().status();
		const alone = await startMemoryApi(
			{ status: () => ({ ...status, offers: ['watch'] }) },
			{ watching: analyses },
		);
		expect(await (await alone.get('/api/v1/status')).json()).toMatchObject({ offers: ['watch'] });
		expect((await alone.get('/api/v1/watch/analyses')).status).toBe(200);
		expect((await alone.get('/api/v1/peers')).status).toBe(404);
		expect((await alone.get('/api/v1/live?list=peers')).status).toBe(404);
		await alone.close();
	});

	it('rules are null where nothing is enforced, and orders are refused', async () => {
		expect(await get('rules')).toBeNull();
		const order = { target: { host: '10.0.0.9' }, act: { action: 'block' }, seconds: 600 };
		const refused = await api.send('POST', '/api/v1/watch/orders', order);
		expect([refused.status, (await errorOf(refused)).code]).toEqual([409, 'not-enforcing']);
		expect((await api.send('DELETE', '/api/v1/watch/rules/x')).status).toBe(409);
		for (const wrong of [
			{ ...order, seconds: 0 },
			{ ...order, seconds: 2_592_001 },
			{ ...order, act: { action: 'throttle' } },
			{ ...order, act: { action: 'log' } },
			{ ...order, target: {} },
			{ ...order, target: { flow: { source: '10.0.0.9' } } },
		])
			expect((await api.send('POST', '/api/v1/watch/orders', wrong)).status).toBe(400);
	});
});
