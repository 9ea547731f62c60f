/** `sallyport watch --export`, and what the systems that the rules are for make of them. */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CaptureWriter } from '../../src/watch/capture/pcapng-writer.ts';
import { patience } from '../patience.ts';
import { ethernet, type FrameOf, ip } from '../watch/packets.ts';
import { sallyport } from './sallyport.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-export-'));
afterAll(() => rmSync(folder, { recursive: true }));
const capture = join(folder, 'a.pcapng');

/** A label that would end a comment, a quotation and a line. */
const hostile = 'x" } } table inet evil { } # \' ; -j ACCEPT';
const peer = '192.0.2.1';

beforeAll(() => {
	const descriptor = openSync(capture, 'w');
	const writer = new CaptureWriter(descriptor, 1_000_000);
	const talk = (of: FrameOf): Uint8Array[] => [
		ip({ ...of, flags: 'S', sequence: 1, payload: '' }),
		ip({ ...of, flags: 'PA', sequence: 2 }),
	];
	const gnutella = `GNUTELLA CONNECT/0.6\r\nUser-Agent: ${hostile}\r\n\r\n`;
	const torrent = `\x13BitTorrent protocol${'\0'.repeat(48)}`;
	const frames = [
		...talk({ payload: gnutella, sourcePort: 1111 }),
		...talk({ payload: torrent, source: 'fd00::1', destination: '2001:db8::1', destinationPort: 6881 }),
		...talk({ payload: 'SSH-2.0-x\r\n', destinationPort: 22 }),
	];
	for (const frame of frames.map((packet) => ethernet(packet)))
		writer.packet(frame, 0, frame.length, frame.length, 1, 1_700_000_000, 0);
	writer.finish();
	closeSync(descriptor);
});

async function exported(format: string, ...more: string[]): Promise<string> {
	const { status, stdout, stderr } = await sallyport(['watch', capture, '--export', format, ...more]);
	expect(stderr).toContain('6 packets, 3 flows, 2 of them peer-to-peer.');
	expect(status).toBe(0);
	return stdout;
}

function isHere(program: string, packageName: string): boolean {
	const here = spawnSync(program, ['--version']).error === undefined;
	if (!here) console.info(`skipped: ${program} is not installed (apt-get install ${packageName})`);
	return here;
}

function run(words: readonly string[]): string {
	const { status, stdout, stderr } = spawnSync(words[0]!, words.slice(1), {
		encoding: 'utf8',
		timeout: patience,
	});
	expect(`${status} ${stderr}`, words.join(' ')).toMatch(/^0 /);
	return stdout;
}

function fileOf(name: string, text: string): string {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
}

describe('sallyport watch --export', () => {
	it('prints the rules alone, and the summary on standard error, with --json too', async () => {
		const rules = await exported('nft');
		expect(rules).toContain(`${peer} . 6346 . tcp comment "gnutella x_`);
		expect(rules).not.toMatch(/flows|SSH/);
		const { stdout, stderr } = await sallyport(['watch', capture, '--export', 'nft', '--json']);
		expect(stdout).toBe(rules);
		expect(JSON.parse(stderr)).toMatchObject({ event_type: 'summary', flows: 3 });
	});

	it('follows a policy', async () => {
		const policy = fileOf(
			'policy.yaml',
			'rules:\n  - { name: torrents, match: { network: bittorrent }, action: block }\n',
		);
		const rules = await exported('cisco-acl', '--policy', policy);
		expect(rules).toContain(' deny tcp any host 2001:db8::1 eq 6881');
		expect(rules).not.toContain(peer);
	});

	it('says what is wrong with a format and with a policy', async () => {
		const netflow = await sallyport(['watch', '--netflow', '127.0.0.1:0', '--export', 'nft']);
		expect([netflow.status, netflow.stderr]).toEqual([2, expect.stringContaining('needs packets')]);
		const { status, stderr } = await sallyport(['watch', capture, '--export', 'pf']);
		expect(status).toBe(2);
		expect(stderr).toContain('none of nft, iptables, suricata, snort, zeek, dns-sinkhole, cisco-acl');
		const policy = fileOf('bad.yaml', 'rules:\n  - { name: x, match: { network: telex }, action: block }\n');
		const bad = await sallyport(['watch', capture, '--export', 'nft', '--policy', policy]);
		expect(bad.status).toBe(1);
		expect(bad.stderr).toContain('line 2');
		const none = await sallyport(['watch', capture, '--export', 'nft', '--policy', join(folder, 'none')]);
		expect(none.stderr).toContain('cannot be read');
	});
});

describe.skipIf(!isHere('unbound-checkconf', 'unbound') && !isHere('dnsmasq', 'dnsmasq-base'))(
	'a sinkhole',
	() => {
		it.skipIf(!isHere('unbound-checkconf', 'unbound'))('is a configuration of unbound', async () => {
			const zone = fileOf('p2p.conf', await exported('dns-sinkhole'));
			expect(run(['unbound-checkconf', zone])).toContain('no errors');
			// The check can fail.
			const bad = fileOf('bad.conf', 'server:\n\tlocal-zone: "a." always_nonsense\n');
			expect(spawnSync('unbound-checkconf', [bad]).status).toBe(1);
		});

		it.skipIf(!isHere('dnsmasq', 'dnsmasq-base'))(
			'is one of dnsmasq, by the command that it names',
			async () => {
				const zone = fileOf('p2p.conf', await exported('dns-sinkhole'));
				const lines = run(['sed', '-n', 's/^#dnsmasq //p', zone]);
				expect(lines).toContain('address=/thepiratebay.org/\n');
				run(['dnsmasq', '--test', '-C', fileOf('dnsmasq.conf', lines)]);
				expect(spawnSync('dnsmasq', ['--test', '-C', fileOf('bad.conf', 'adress=/x/\n')]).status).not.toBe(0);
			},
		);
	},
);

const root = process.getuid?.() === 0;
const space = `sallyport-${process.pid}-export`;
const canTry = root && spawnSync('ip', ['netns', 'add', space]).status === 0;
if (!canTry) console.info('skipped: loading rules needs root, and network namespaces of its own');
afterAll(() => {
	if (canTry) spawnSync('ip', ['netns', 'delete', space]);
});
const within = (...words: string[]) => run(['ip', 'netns', 'exec', space, ...words]);

beforeAll(() => {
	if (!canTry) return;
	within('ip', 'link', 'set', 'lo', 'up');
	within('ip', 'address', 'add', `${peer}/32`, 'dev', 'lo');
});

/** Listens on two ports of the peer's address and dials both: `open` or the error of each. */
const dial = `
	const { createServer, connect } = require('node:net');
	const servers = [6346, 6347].map((port) => createServer((link) => link.end()).listen(port, '${peer}'));
	const said = [6346, 6347].map((port, index) => new Promise((done) => {
		servers[index].once('listening', () => connect(port, '${peer}')
			.once('connect', () => done('open')).once('error', ({ code }) => done(code)));
	}));
	Promise.all(said).then((all) => { console.log(all.join(' ')); process.exit(0); });`;

describe.skipIf(!canTry || !isHere('nft', 'nftables'))('in nftables of a namespace', () => {
	it('rules load, load again, refuse the peer alone, and leave nothing', async () => {
		const rules = fileOf('p2p.nft', await exported('nft'));
		expect(within(process.execPath, '-e', dial)).toBe('open open\n');
		within('nft', '-c', '-f', rules);
		expect(within('nft', 'list', 'tables')).toBe('');
		within('nft', '-f', rules);
		within('nft', '-f', rules);
		expect(within('nft', 'list', 'tables')).toBe('table inet sallyport_export\n');
		expect(within(process.execPath, '-e', dial)).toBe('ECONNREFUSED open\n');
		expect(within('nft', 'list', 'table', 'inet', 'sallyport_export')).toContain('2001:db8::1 . 6881 . tcp');
		within('nft', 'delete', 'table', 'inet', 'sallyport_export');
		expect(within('nft', 'list', 'tables')).toBe('');
	});

	it('a program’s name would bring a table of its own if it came through as it is', async () => {
		const rules = await exported('nft');
		const attack = 'x\ntable inet evil { }\n#';
		const broken = rules.replace(/^(# Programs seen: ).*$/m, (_, before: string) => before + attack);
		within('nft', '-f', fileOf('evil.nft', broken));
		expect(within('nft', 'list', 'tables')).toContain('table inet evil');
		within('nft', 'flush', 'ruleset');
		within('nft', '-f', fileOf('p2p.nft', rules));
		expect(within('nft', 'list', 'tables')).toBe('table inet sallyport_export\n');
		within('nft', 'flush', 'ruleset');
	});
});

describe.skipIf(!canTry || !isHere('iptables-restore', 'iptables'))('in iptables of a namespace', () => {
	it.each([
		['iptables', '192.0.2.1/32', '2001:db8::1'],
		['ip6tables', '2001:db8::1/128', '192.0.2.1'],
	])('%s takes its half, again and again, and nothing else changes', async (program, own, others) => {
		const rules = fileOf('p2p.iptables', await exported('iptables'));
		within(program, '-A', 'INPUT', '-p', 'tcp', '--dport', '22', '-j', 'ACCEPT');
		within(`${program}-restore`, '--noflush', '--test', rules);
		expect(within(program, '-S')).not.toContain('SALLYPORT');
		within(`${program}-restore`, '--noflush', rules);
		within(`${program}-restore`, '--noflush', rules);
		const lines = within(program, '-S').trim().split('\n');
		expect(lines.filter((line) => line.startsWith('-A SALLYPORT-P2P'))).toHaveLength(1);
		expect(lines.join('\n')).toContain(own);
		expect(lines.join('\n')).not.toContain(others);
		expect(lines).toContain('-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT');
		// The chain refuses once traffic is sent through it.
		expect(within(process.execPath, '-e', dial)).toBe('open open\n');
		within(program, '-I', 'OUTPUT', '-j', 'SALLYPORT-P2P');
		const refused = program === 'iptables' ? 'ECONNREFUSED' : 'open';
		expect(within(process.execPath, '-e', dial)).toBe(`${refused} open\n`);
		within(program, '-F');
		within(program, '-X', 'SALLYPORT-P2P');
	});
});
