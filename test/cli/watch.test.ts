/** `sallyport watch` as its users run it. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { CaptureWriter } from '../../src/watch/capture/pcapng-writer.ts';
import { ethernet, ip } from '../watch/packets.ts';
import { sallyport, startNode, until } from './sallyport.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-watch-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ping = Uint8Array.from([...Array.from({ length: 16 }, (_, at) => at + 7), 0, 3, 0, 0, 0, 0, 0]);

function capture(): string {
	const path = join(folder, 'a.pcapng');
	const descriptor = openSync(path, 'w');
	const writer = new CaptureWriter(descriptor, 1_000_000);
	const frames = [
		ip({ flags: 'S', sequence: 1 }),
		ip({ flags: 'PA', sequence: 2, payload: 'GNUTELLA CONNECT/0.6\r\nUser-Agent: Test/1\r\n\r\n' }),
		ip({ protocol: 'udp', sourcePort: 5000, destinationPort: 53, payload: 'nothing' }),
	];
	for (const frame of frames.map((packet) => ethernet(packet)))
		writer.packet(frame, 0, frame.length, frame.length, 1, 1_700_000_000, 0);
	writer.finish();
	closeSync(descriptor);
	return path;
}

describe('sallyport watch --open', () => {
	it('serves the console on a capture, with a policy tried on it, until Ctrl-C', async () => {
		const policy = join(folder, 'policy.yaml');
		writeFileSync(policy, 'rules:\n  - name: slow\n    match: { network: gnutella }\n    action: log\n');
		const node = await startNode(['watch', capture(), '--open', '--policy', policy]);
		expect(node.console).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[^#]+#\/watch$/);
		const { headers, status } = await fetch(node.console, { redirect: 'manual' });
		expect(status).toBe(303);
		const cookie = headers.getSetCookie()[0]!.split(';')[0]!;
		const get = async (path: string) =>
			(await (await fetch(`${node.api}/api/v1/${path}`, { headers: { cookie } })).json()) as unknown;
		const read = { name: 'a.pcapng', state: 'done', flows: 2, recognised: 1 };
		await until(async () => JSON.stringify(await get('watch/analyses')).includes('"state":"done"'));
		expect(await get('watch/analyses')).toMatchObject([read]);
		await until(async () => ((await get('watch/analyses/1/policy')) as { judged: number }).judged === 2);
		expect(await get('watch/analyses/1/policy')).toMatchObject({ rules: [{ rule: 'slow', flows: 1 }] });
		expect(await get('status')).toMatchObject({ offers: ['watch'] });
		expect((await node.stop('SIGINT')).status).toBe(0);
	});

	it.each([
		['a file that is not there', ['nowhere.pcap'], 1, /cannot be read/],
		['options that write', ['a.pcap', '--log', 'x.json'], 2, /writes nothing/],
		['more than three captures', ['A', 'A', 'A', 'A'], 1, /Three captures are analysed already/],
		['a policy that is none', ['A', '--policy', 'P'], 2, /line 1: .*must be a list/],
	])('refuses %s', async (_what, words, expected, sentence) => {
		const policy = join(folder, 'none.yaml');
		writeFileSync(policy, 'rules: 5\n');
		const names = words.map((word) => (word === 'A' ? capture() : word === 'P' ? policy : word));
		const { status, stderr } = await sallyport(['watch', ...names, '--open']);
		expect(stderr).toMatch(sentence);
		expect(status).toBe(expected);
	});
});

describe('sallyport watch', () => {
	it('prints a line a flow and a summary with --json, a table without', async () => {
		const { status, stdout } = await sallyport(['watch', capture(), '--json']);
		expect(status).toBe(0);
		const lines = stdout
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(lines.map((line) => line['event_type'])).toEqual(['flow', 'flow', 'summary']);
		expect(lines.slice(0, 2).filter((line) => 'p2p' in line)).toHaveLength(1);
		expect(lines[2]).toMatchObject({ packets: 3, flows: 2, p2p: { flows: 1 } });
		const { stdout: table } = await sallyport(['watch', capture()]);
		expect(table).toMatch(/gnutella +1 .*payload 1 +Test\/1/);
		expect(table).toContain('3 packets, 2 flows, 1 of them peer-to-peer.');
	});

	it('keeps evidence of peers alone, chained, with the packets; watch verify finds what was changed', async () => {
		const log = join(folder, 'evidence.json');
		const kept = join(folder, 'kept.pcapng');
		expect((await sallyport(['watch', capture(), '--log', log, '--pcap-out', kept])).status).toBe(0);
		expect(readFileSync(log, 'utf8')).not.toContain('"dest_port":53');
		expect((await sallyport(['watch', 'verify', log])).stdout).toContain('the chain holds');
		writeFileSync(log, readFileSync(log, 'utf8').replace('Test/1', 'Other/1'));
		const { status, stdout } = await sallyport(['watch', 'verify', log]);
		expect(status).toBe(1);
		expect(stdout).toContain('something was changed');
		expect((await sallyport(['watch', kept])).stdout).toContain('2 packets, 1 flow, 1 of them peer-to-peer');
	});

	it('says what is wrong with a file, and with no file', async () => {
		const rubbish = join(folder, 'rubbish');
		writeFileSync(rubbish, 'this is no capture');
		const { status, stderr } = await sallyport(['watch', rubbish]);
		expect(status).toBe(1);
		expect(stderr).toContain('no packet capture');
		expect((await sallyport(['watch', join(folder, 'missing')])).stderr).toContain('cannot be read');
		expect((await sallyport(['watch'])).status).toBe(2);
		expect((await sallyport(['watch', rubbish, '--detail'])).status).toBe(2);
	});

	const root = process.getuid?.() === 0;
	if (!root) console.info('skipped: watching an interface needs root');
	it.skipIf(!root)('watches an interface until Ctrl-C', async () => {
		const log = join(folder, 'live.json');
		const child = spawn(process.execPath, [
			'bin/sallyport.js',
			'watch',
			'--interface',
			'lo',
			'--log',
			log,
			'--json',
		]);
		let said = '';
		let out = '';
		child.stderr.on('data', (bytes: Buffer) => (said += bytes));
		child.stdout.on('data', (bytes: Buffer) => (out += bytes));
		await until(async () => said.includes('Watching lo'));
		const socket = createSocket('udp4');
		const wanted = () => spawnSync('grep', ['-c', '"alert"', log], { encoding: 'utf8' }).stdout.trim() >= '1';
		await until(async () => {
			socket.send(ping, 46_346, '127.0.0.1');
			return wanted();
		});
		socket.close();
		const ended = new Promise((resolve) => child.once('exit', resolve));
		child.kill('SIGINT');
		expect(await ended).toBe(0);
		const summary = JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, never>;
		// Others speak on this machine's loopback too, also Gnutella, and faster than may be read where processors are taken.
		expect(summary).toMatchObject({ event_type: 'summary', dropped: expect.any(Number) });
		expect(summary['networks']['gnutella']['by']['payload']).toBeGreaterThanOrEqual(1);
	});
});
