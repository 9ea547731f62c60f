/** Records of flows as others read them: EVE, and Zeek's conn.log. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readCapture } from '../../../src/watch/capture/capture-file.ts';
import { Lines } from '../../../src/watch/export/lines.ts';
import { writeZeekEnd, writeZeekFlow, writeZeekHead } from '../../../src/watch/export/zeek.ts';
import { Watch } from '../../../src/watch/watch.ts';
import { ethernet, give, ip } from '../packets.ts';

function records(feed: (watch: Watch) => void, detail = false): Record<string, unknown>[] {
	let text = '';
	const lines = new Lines((bytes) => (text += Buffer.from(bytes).toString()));
	const watch = new Watch({ flows: lines, events: lines, detail });
	feed(watch);
	watch.end({ dropped: 0 });
	return text
		.split('\n')
		.filter(Boolean)
		.map((line) => JSON.parse(line));
}

function handshake(watch: Watch): void {
	const there = { sourcePort: 40_000, destinationPort: 6346 };
	const back = { source: '192.0.2.1', destination: '10.0.0.1', sourcePort: 6346, destinationPort: 40_000 };
	give(watch, ethernet(ip({ ...there, flags: 'S', sequence: 9 })), 1_700_000_000);
	give(watch, ethernet(ip({ ...back, flags: 'SA', sequence: 99 })), 1_700_000_000);
	give(
		watch,
		ethernet(
			ip({ ...there, flags: 'PA', sequence: 10, payload: 'GNUTELLA CONNECT/0.6\r\nUser-Agent: "x"\r\n\r\n' }),
		),
		1_700_000_001,
	);
	give(watch, ethernet(ip({ ...back, flags: 'FA', sequence: 100 })), 1_700_000_002);
	give(watch, ethernet(ip({ ...there, flags: 'FA', sequence: 52 })), 1_700_000_003);
}

describe('a record in the shape of EVE', () => {
	it('has the fields that Suricata’s readers expect, and ours', () => {
		const all = records(handshake);
		expect(all.map((record) => record['event_type'])).toEqual([
			'alert',
			'flow',
			'p2p_hour',
			'p2p_hour_host',
			'p2p_hour_host',
		]);
		expect(all[1]).toEqual({
			timestamp: '2023-11-14T22:13:23.000000+0000',
			flow_id: expect.any(Number),
			event_type: 'flow',
			src_ip: '10.0.0.1',
			src_port: 40_000,
			dest_ip: '192.0.2.1',
			dest_port: 6346,
			proto: 'TCP',
			community_id: expect.stringMatching(/^1:[A-Za-z0-9+/]{27}=$/),
			flow: {
				pkts_toserver: 3,
				pkts_toclient: 2,
				bytes_toserver: 54 * 3 + 41,
				bytes_toclient: 108,
				start: '2023-11-14T22:13:20.000000+0000',
				end: '2023-11-14T22:13:23.000000+0000',
				age: 3,
				state: 'closed',
				reason: 'shutdown',
				alerted: true,
			},
			tcp: {
				tcp_flags: '1b',
				tcp_flags_ts: '1b',
				tcp_flags_tc: '13',
				syn: true,
				fin: true,
				psh: true,
				ack: true,
			},
			p2p: {
				network: 'gnutella',
				by: 'payload',
				evidence: 'handshake "GNUTELLA CONNECT/0.6": bytes 0 to 19 from the opener, payload packet 1',
				label: '"x"',
			},
		});
		expect(all[0]).toMatchObject({
			alert: { action: 'allowed', gid: 1, signature: 'P2P gnutella by payload', severity: 2 },
		});
		expect(Number.isSafeInteger(all[1]!['flow_id'])).toBe(true);
		expect(all[0]!['flow_id']).toBe(all[1]!['flow_id']);
	});

	it('calls what nobody answered new, and never names what was asked for without --detail', () => {
		const query = Uint8Array.from([
			...Array.from({ length: 16 }, (_, at) => at + 1),
			0x80,
			3,
			0,
			9,
			0,
			0,
			0,
			0,
			0,
			...Buffer.from('secret'),
			0,
		]);
		const feed = (watch: Watch) => give(watch, ethernet(ip({ protocol: 'udp', payload: query })));
		const plain = records(feed);
		expect(plain.find((record) => record['event_type'] === 'flow')).toMatchObject({
			flow: { state: 'new' },
			p2p: { by: 'payload' },
		});
		expect(JSON.stringify(plain)).not.toContain('secret');
		const detail = records(feed, true).find((record) => record['event_type'] === 'p2p_detail');
		expect(detail).toMatchObject({ detail: { what: 'query', value: 'secret' } });
	});

	it('alerts once a host and network in a minute, and has a record for each flow', () => {
		const all = records((watch) => {
			for (let port = 1; port <= 50; port++) {
				const payload = Uint8Array.from([
					...Array.from({ length: 16 }, (_, at) => port + at),
					0,
					3,
					0,
					0,
					0,
					0,
					0,
				]);
				give(
					watch,
					ethernet(ip({ protocol: 'udp', destination: `192.0.2.${port}`, payload })),
					1000 + port * 2,
				);
			}
		});
		expect(all.filter((record) => record['event_type'] === 'flow')).toHaveLength(50);
		expect(all.filter((record) => record['event_type'] === 'alert')).toHaveLength(2);
	});
});

describe('conn.log', () => {
	it('has as many columns as its head, and the states of Zeek', () => {
		let text = '';
		const lines = new Lines((bytes) => (text += Buffer.from(bytes).toString()));
		writeZeekHead(lines);
		const watch = new Watch({ ended: (flow, _why, verdict) => writeZeekFlow(lines, flow, verdict) });
		handshake(watch);
		give(watch, ethernet(ip({ source: '10.0.0.9', destinationPort: 3, flags: 'S' })));
		watch.end({ dropped: 0 });
		writeZeekEnd(lines);
		const rows = text
			.split('\n')
			.filter((line) => line !== '' && !line.startsWith('#'))
			.map((line) => line.split('\t'));
		const fields = /^#fields\t(.*)$/m.exec(text)![1]!.split('\t');
		const types = /^#types\t(.*)$/m.exec(text)![1]!.split('\t');
		expect(types).toHaveLength(fields.length);
		for (const row of rows) expect(row).toHaveLength(fields.length);
		const states = rows.map(
			(row) => `${row[fields.indexOf('service')]} ${row[fields.indexOf('conn_state')]}`,
		);
		expect(states.sort()).toEqual(['- S0', 'gnutella SF']);
		expect(text.endsWith('#close\n')).toBe(true);
	});
});

const capture = fileURLToPath(new URL('../../../../shared/data/captures/p2p/gnutella.pcap', import.meta.url));
const tshark = spawnSync('tshark', ['--version']).error === undefined;
const missing = !existsSync(capture)
	? 'the shared captures are not here'
	: tshark
		? undefined
		: 'tshark is not installed';
if (missing !== undefined) console.info(`skipped: Community IDs of tshark: ${missing}`);

describe.skipIf(missing !== undefined)('Community IDs', () => {
	it('are those of tshark, for every flow of a capture', () => {
		const ours = new Set(
			records((watch) => void readCapture(capture, watch))
				.filter((one) => one['event_type'] === 'flow')
				.map((one) => one['community_id'] as string),
		);
		const { stdout } = spawnSync(
			'tshark',
			['-r', capture, '--enable-protocol', 'communityid', '-T', 'fields', '-e', 'communityid'],
			{ encoding: 'utf8', maxBuffer: 1 << 26 },
		);
		// tshark names the packet that an ICMP error quotes too; and ICMP has several types in one flow of ours.
		const theirs = new Set(
			stdout
				.split('\n')
				.flatMap((line) => line.split(',').slice(0, 1))
				.filter(Boolean),
		);
		const unknown = [...ours].filter((id) => !theirs.has(id));
		console.info(`${ours.size} Community IDs, ${unknown.length} of them not tshark's`);
		expect(unknown).toEqual([]);
		expect(ours.size).toBeGreaterThan(700);
	});
});
