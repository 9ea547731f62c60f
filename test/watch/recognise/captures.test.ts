/** Real captures: every flow that others find, and more; and no false one. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { readCapture } from '../../../src/watch/capture/capture-file.ts';
import type { Verdict } from '../../../src/watch/recognise/verdict.ts';
import { Watch } from '../../../src/watch/watch.ts';

const folder = fileURLToPath(new URL('../../../../shared/data/captures', import.meta.url));
const here = existsSync(folder);
if (!here) console.info('skipped: the shared captures are not here (../shared/data/captures)');

interface Flow {
	readonly protocol: number;
	readonly ports: readonly number[];
	readonly verdict: Verdict | undefined;
}

function flowsOf(name: string): Flow[] {
	const flows: Flow[] = [];
	const watch = new Watch({
		ended: ({ protocol, sourcePort, destinationPort }, _why, verdict) =>
			flows.push({ protocol, ports: [sourcePort, destinationPort], verdict }),
	});
	const end = readCapture(`${folder}/${name}`, watch);
	if (isRefusal(end)) throw new Error(`${name}: ${end.refused}`);
	watch.end(end);
	return flows;
}

function count(flows: readonly Flow[], ...by: Verdict['by'][]): number {
	return flows.filter(({ verdict }) => verdict !== undefined && by.includes(verdict.by)).length;
}

describe.skipIf(!here)('gnutella.pcap', () => {
	const flows = here ? flowsOf('p2p/gnutella.pcap') : [];

	it('has 760 flows, of which 639 are known by payload, and those of Gnutella2 are called so', () => {
		expect(flows).toHaveLength(760);
		expect(count(flows, 'payload')).toBeGreaterThanOrEqual(639);
		expect(
			flows.filter(({ verdict }) => verdict?.network === 'gnutella2' && verdict.by === 'payload').length,
		).toBeGreaterThan(200);
	});

	it('is explained by announcements forwards, in hindsight, and by behaviour', () => {
		const forwards = flows.filter(
			({ verdict }) => verdict?.by === 'learned' && verdict.evidence.endsWith('before it'),
		).length;
		console.info(
			`gnutella.pcap: payload ${count(flows, 'payload')}, learned forwards ${forwards}, learned ${count(flows, 'learned')}, behaviour ${count(flows, 'behaviour')}`,
		);
		expect(count(flows, 'payload') + forwards).toBeGreaterThanOrEqual(677);
		expect(count(flows, 'payload', 'learned')).toBeGreaterThanOrEqual(700);
		expect(count(flows, 'payload', 'learned', 'behaviour')).toBe(721);
	});

	it('leaves the 39 others alone: local services and ICMP', () => {
		const services = new Set([67, 68, 137, 138, 546, 547, 1900, 3702, 5351, 5353, 5355]);
		const others = flows.filter(({ verdict }) => verdict === undefined);
		expect(others).toHaveLength(39);
		for (const { protocol, ports } of others)
			expect(
				[1, 2, 58].includes(protocol) || ports.some((port) => services.has(port)),
				JSON.stringify({ protocol, ports }),
			).toBe(true);
	});
});

describe.skipIf(!here)('other captures of peers', () => {
	it.each([
		['edonkey.pcap', 'edonkey', 1],
		['amuled-client-to-client.pcap', 'edonkey', 2],
		['amuled-lowid-callback.pcap', 'edonkey', 3],
		['bittorrent.pcap', 'bittorrent', 24],
		['bt_search.pcap', 'bittorrent', 1],
		['bt-http.pcapng', 'bittorrent', 1],
		['bt-dns.pcap', 'bittorrent', 1],
	])('%s: all flows are %s', (name, network, flows) => {
		expect(flowsOf(`p2p/${name}`).map(({ verdict }) => verdict?.network)).toEqual(
			new Array(flows).fill(network),
		);
	});
});

describe.skipIf(!here)('captures of everything else', () => {
	const names = here ? readdirSync(`${folder}/other`) : [];

	it('raise not one alarm by payload, seed or announcement', () => {
		let flows = 0;
		const alarms = names.flatMap((name) => {
			const found = flowsOf(`other/${name}`);
			flows += found.length;
			return found
				.filter(({ verdict }) => verdict !== undefined && verdict.by !== 'port')
				.map(({ verdict }) => ({ name, verdict }));
		});
		console.info(`${alarms.length} false alarms in ${flows} flows of ${names.length} captures`);
		expect(names.length).toBeGreaterThan(30);
		expect(alarms).toEqual([]);
	});
});
