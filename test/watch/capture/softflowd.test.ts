/** NetFlow that others make: softflowd exports a capture, `sallyport watch --netflow` and nfcapd both listen. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { cleanEnv, launcher, outcomeOf, until } from '../../cli/sallyport.ts';
import { patience } from '../../patience.ts';

const capture = fileURLToPath(new URL('../../../../shared/data/captures/p2p/gnutella.pcap', import.meta.url));
const missing = existsSync(capture)
	? ['softflowd', 'nfcapd', 'nfdump'].find((program) => spawnSync(program, ['-h']).error !== undefined)
	: 'the shared capture ../shared/data/captures/p2p/gnutella.pcap';
if (missing !== undefined) console.info(`skipped: NetFlow of softflowd, for want of ${missing}`);

const folder = mkdtempSync(join(tmpdir(), 'sallyport-softflowd-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Without a control socket: of a capture, softflowd 1.1.0 never polls that socket, looks at the result all the same, and
 * for some lengths of its path waits for a caller for ever.
 */
function softflowd(version: string, port: number): void {
	const files = ['-p', join(folder, 'pid'), '-c', 'none'];
	const words = ['-d', '-r', capture, '-n', `127.0.0.1:${port}`, '-v', version, ...files];
	const { status, stderr } = spawnSync('softflowd', words, {
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'pipe'],
		timeout: patience,
	});
	expect(status, stderr).toBe(0);
}

/** Whoever listens has read all that came: nothing waits in the kernel, and nothing was lost there. */
async function untilRead(port: number): Promise<void> {
	const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	await until(async () => {
		const line = readFileSync('/proc/net/udp', 'utf8')
			.split('\n')
			.find((one) => one.includes(` ${local} `));
		const fields = line?.trim().split(/\s+/) ?? [];
		expect(fields.at(-1), 'datagrams that were lost').toBe('0');
		return fields[4]?.split(':')[1] === '00000000';
	});
}

interface Ranked {
	readonly hosts: readonly Record<string, unknown>[];
	readonly summary: Record<string, number>;
}

async function watched(version: string): Promise<Ranked> {
	const words = [launcher, 'watch', '--netflow', '127.0.0.1:0', '--json'];
	const child = spawn(process.execPath, words, { env: cleanEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
	const outcome = outcomeOf(child);
	const port = await said(child, /on 127\.0\.0\.1:([0-9]+);/);
	softflowd(version, port);
	await untilRead(port);
	child.kill('SIGINT');
	const { status, stdout, stderr } = await outcome;
	expect(status, stderr).toBe(0);
	const lines = stdout
		.trim()
		.split('\n')
		.map((line) => JSON.parse(line) as Record<string, never>);
	return { hosts: lines.slice(0, -1), summary: lines.at(-1)! };
}

function said(child: ChildProcess, form: RegExp): Promise<number> {
	let text = '';
	return new Promise((resolve, reject) => {
		child.stderr!.on('data', (bytes: Buffer) => {
			text += bytes;
			const found = form.exec(text);
			if (found !== null) resolve(Number(found[1]));
		});
		child.once('close', () => reject(new Error(`it ended: ${text}`)));
	});
}

/** A port that nobody has. */
async function freePort(): Promise<number> {
	const socket = createSocket('udp4');
	await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
	const { port } = socket.address();
	await new Promise<void>((resolve) => socket.close(resolve));
	return port;
}

/** One-way records, as nfcapd and nfdump count them. */
async function countedByNfdump(version: string): Promise<number> {
	const port = await freePort();
	const into = mkdtempSync(join(folder, 'nfcapd-'));
	const child = spawn('nfcapd', ['-w', into, '-l', into, '-b', '127.0.0.1', '-p', `${port}`], {
		stdio: 'ignore',
	});
	const over = new Promise((resolve) => child.once('close', resolve));
	const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	await until(async () => readFileSync('/proc/net/udp', 'utf8').includes(` ${local} `));
	softflowd(version, port);
	await untilRead(port);
	child.kill('SIGTERM');
	await over;
	const { stdout } = spawnSync('nfdump', ['-R', into, '-q', '-o', 'fmt:%pr'], { encoding: 'utf8' });
	return stdout.split('\n').filter((line) => line.trim() !== '').length;
}

describe.skipIf(missing !== undefined)('what softflowd makes of ten minutes of Gnutella', () => {
	it.each(['5', '9', '10'])(
		'in version %s has as many records here as in nfdump, and its host ranks first',
		async (version) => {
			const { hosts, summary } = await watched(version);
			expect(summary).toMatchObject({ event_type: 'summary', refused: 0, early: 0 });
			console.info(
				`version ${version}: ${summary['records']} records, ${summary['flows']} flows, first ${hosts[0]?.['address']} with ${hosts[0]?.['score']}, next ${hosts[1]?.['score']}`,
			);
			// The capture has 760 flows; version 5 cannot say those of IPv6.
			expect(summary['flows']).toBe(version === '5' ? 748 : 760);
			expect(hosts[0]).toMatchObject({ event_type: 'host', address: '10.0.2.15' });
			expect(hosts[0]!['score']).toBeGreaterThan(hosts[1]!['score'] as number);
			expect(summary['records']).toBe(await countedByNfdump(version));
		},
	);
});
