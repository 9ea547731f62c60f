/** Content rules: each fires on what our own recogniser knows, and on nothing else. */
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import { readCapture } from '../../../../src/watch/capture/capture-file.ts';
import { contentRulesOf } from '../../../../src/watch/export/rules/content.ts';
import { formats } from '../../../../src/watch/export/rules/formats.ts';
import type { Refused } from '../../../../src/watch/export/rules/refused.ts';
import { Flows } from '../../../../src/watch/flows/flows.ts';
import { signatures } from '../../../../src/watch/recognise/signatures.ts';
import { bytesOf } from '../../packets.ts';
import { tcp, udp } from '../../recognise/positives.ts';
import { type ContentOf, fires, readSnort, readSuricata, readZeek } from './grammars.ts';

const everything: Refused = {
	peers: [],
	servents: [],
	networks: ['any'],
	programs: [],
	saidNames: [],
	perHost: false,
	notes: [],
};
const exported = (format: string) => formats.get(format)!(everything);
const suricata = readSuricata(exported('suricata'));
const snort = readSnort(exported('snort'));
const zeek = readZeek(exported('zeek'));
const facts = contentRulesOf(['any']);
const networkOf = new Map(facts.map(({ sid, network }) => [sid, network]));

/** The rules that fire; the three formats must agree. `side` undefined: whichever direction. */
function fired(
	transport: 'tcp' | 'udp',
	side: ContentOf['side'],
	payload: string,
	size: number,
): readonly number[] {
	const [one, two, three] = [suricata.rules, snort.rules, zeek.rules].map((rules) =>
		rules
			.filter((rule) => rule.transport === transport)
			.filter((rule) => side === undefined || rule.side === undefined || rule.side === side)
			.filter((rule) => fires(rule, payload, size))
			.map(({ sid }) => sid),
	) as [number[], number[], number[]];
	expect(two).toEqual(one);
	expect(three).toEqual(one);
	return one;
}

describe('the rules of all networks', () => {
	it('are the same facts in the three formats, each with a number of its own in the local range', () => {
		const sids = facts.map(({ sid }) => sid);
		expect(new Set(sids).size).toBe(sids.length);
		expect(sids.length).toBeGreaterThan(30);
		for (const sid of sids) expect(sid >= 1_000_000 && sid < 1_510_000, `${sid}`).toBe(true);
		for (const { rules } of [suricata, snort, zeek])
			expect(rules.map(({ sid, transport, size }) => ({ sid, transport, size }))).toEqual(
				facts.map(({ sid, transport, size }) => ({ sid, transport, size })),
			);
		const names = signatures.flatMap(({ seeds }) => seeds?.names ?? []);
		expect(suricata.names).toEqual(names);
		expect([snort.names, zeek.names]).toEqual([names.length, names.length]);
	});

	it('keep their numbers: others name them by these', () => {
		const [first] = contentRulesOf(['edonkey']);
		expect(first).toMatchObject({ sid: 1_500_100, what: 'login at a server' });
		expect(contentRulesOf(['gnutella2']).map(({ sid }) => sid)).toContain(1_500_006);
	});

	it('hold at least four bytes each, a size counted as two: fewer would fire by chance', () => {
		for (const { sid, contents, size } of facts) {
			const bytes = contents.reduce((sum, one) => sum + one.bytes.length, size === undefined ? 0 : 2);
			expect(bytes, `${sid}`).toBeGreaterThanOrEqual(4);
		}
	});
});

describe('our own recogniser', () => {
	const said = [
		...tcp.map((one) => ({ ...one, transport: 'tcp' as const })),
		...udp.map((one) => ({ ...one, transport: 'udp' as const })),
	].flatMap(({ network, name, transport, said: all }) =>
		all.map(([way, payload]) => {
			const text = Buffer.from(bytesOf(payload)).toString('latin1');
			const side = way === '>' ? ('to_server' as const) : ('to_client' as const);
			return { network, name, hits: fired(transport, side, text, text.length) };
		}),
	);

	it.each(facts)('knows what rule $sid, $network, $what, fires on', ({ sid, network }) => {
		const found = said.filter(({ hits }) => hits.includes(sid));
		expect(found.length).toBeGreaterThan(0);
		// Gnutella2's handshake differs in a header only.
		for (const one of found) expect(one.network.replace(/2$/, '')).toBe(network.replace(/2$/, ''));
	});
});

const folder = fileURLToPath(new URL('../../../../../shared/data/captures', import.meta.url));
const here = existsSync(folder);
if (!here) console.info('skipped: the shared captures are not here (../shared/data/captures)');

/** Flows of a capture, and those with a rule that fired on a datagram or on a direction's first bytes. */
function over(path: string): { flows: number; hit: number; networks: Set<string> } {
	const first = new Map<string, { text: string; size: number }>();
	const hits = new Set<number>();
	const networks = new Set<string>();
	let flows = 0;
	const look = (flow: number, transport: 'tcp' | 'udp', text: string, size: number) => {
		for (const sid of fired(transport, undefined, text, size)) {
			hits.add(flow);
			networks.add(networkOf.get(sid)!);
		}
	};
	let total = 0;
	const all = new Flows(1 << 16, () => ({
		stream(flow, direction, bytes, from, to, wireLength) {
			const key = `${flow} ${direction}`;
			const kept = first.get(key) ?? { text: '', size: wireLength };
			if (kept.text.length < 2048)
				kept.text += Buffer.from(bytes.subarray(from, to)).toString('latin1').slice(0, 2048);
			first.set(key, kept);
		},
		datagram(flow, _direction, { bytes, payload, payloadEnd, payloadLength }) {
			look(flow, 'udp', Buffer.from(bytes.subarray(payload, payloadEnd)).toString('latin1'), payloadLength);
		},
		ended(flow) {
			flows++;
			for (const direction of [0, 1]) {
				const kept = first.get(`${flow} ${direction}`);
				if (kept !== undefined) look(flow, 'tcp', kept.text, kept.size);
				first.delete(`${flow} ${direction}`);
			}
			// The place in the table is given to another flow.
			if (hits.delete(flow)) total++;
		},
	}));
	const end = readCapture(path, all);
	if (isRefusal(end)) throw new Error(`${path}: ${end.refused}`);
	all.end();
	return { flows, hit: total, networks };
}

describe.skipIf(!here)('real captures', () => {
	it('of everything else: no rule fires, whichever direction', () => {
		const names = readdirSync(`${folder}/other`);
		let flows = 0;
		const alarms = names.flatMap((name) => {
			const found = over(`${folder}/other/${name}`);
			flows += found.flows;
			return found.hit > 0 ? [{ name, hit: found.hit, networks: [...found.networks] }] : [];
		});
		console.info(`rules: ${alarms.length} false alarms in ${flows} flows of ${names.length} captures`);
		expect(names.length).toBeGreaterThan(30);
		expect(alarms).toEqual([]);
	});

	it.each([
		['gnutella.pcap', /^gnutella2?$/, 500],
		['amuled-client-to-client.pcap', /^edonkey$/, 1],
		['bittorrent.pcap', /^bittorrent$/, 12],
		['bt_search.pcap', /^bittorrent$/, 1],
	])('of peers, %s: rules of its own network fire', (name, network, least) => {
		const { flows, hit, networks } = over(`${folder}/p2p/${name}`);
		console.info(`${name}: rules fire in ${hit} of ${flows} flows`);
		expect(hit).toBeGreaterThanOrEqual(least);
		for (const one of networks) expect(one).toMatch(network);
	});
});
