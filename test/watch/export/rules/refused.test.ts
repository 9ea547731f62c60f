/** What exported rules refuse, and what they never do. */
import { describe, expect, it } from 'vitest';
import { singleOf } from '../../../../src/policy/ranges.ts';
import { formats } from '../../../../src/watch/export/rules/formats.ts';
import { Gatherer, type Refused } from '../../../../src/watch/export/rules/refused.ts';
import { FlowRecord } from '../../../../src/watch/flows/record.ts';
import type { Policy } from '../../../../src/watch/policy.ts';
import { localByDefault, readPolicy } from '../../../../src/watch/policy-file.ts';
import type { Verdict } from '../../../../src/watch/recognise/verdict.ts';
import { readCisco, readIptables, readNft, readSinkhole } from './grammars.ts';

interface Flow {
	readonly from: string;
	readonly to: string;
	readonly protocol?: number;
	readonly bytes?: number;
	readonly verdict?: Partial<Verdict>;
}

const [inside, other, outside] = ['10.0.0.1:40000', '10.0.0.2:40000', '192.0.2.9:6346'];

function recordOf({ from, to, protocol = 6, bytes = 100 }: Flow): FlowRecord {
	const record = new FlowRecord();
	const put = (text: string, into: Uint8Array): number => {
		const [, host, port] = /^\[?(.*?)\]?:([0-9]+)$/.exec(text)!;
		const address = singleOf(host!)!;
		into.set(address.bytes);
		record.addressLength = address.bytes.length;
		record.version = address.version;
		return Number(port);
	};
	record.sourcePort = put(from, record.source);
	record.destinationPort = put(to, record.destination);
	record.protocol = protocol;
	record.bytesToServer = bytes;
	return record;
}

function gathered(flows: readonly Flow[], policy?: Policy): Refused {
	const gatherer = new Gatherer(localByDefault, policy, () => 12 * 60);
	for (const flow of flows) {
		const verdict = {
			network: 'gnutella',
			by: 'payload',
			evidence: '',
			packets: 1,
			...flow.verdict,
		} as const;
		gatherer.add(recordOf(flow), verdict);
	}
	return gatherer.refused();
}

function policyOf(text: string): Policy {
	return readPolicy(text, ['gnutella', 'edonkey']) as Policy;
}

const ends = ({ peers, servents }: Refused) => ({
	peers: peers.map(({ host, address, port, protocol }) =>
		[...(host === undefined ? [] : [host.text]), address.text, port, protocol].join(' '),
	),
	servents: servents.map(({ address, port, protocol }) => `${address.text} ${port} ${protocol}`),
});

describe('without a policy', () => {
	it('the other end of what was opened here is refused, and here what was dialled from outside', () => {
		const refused = gathered([
			{ from: inside, to: outside },
			{ from: '198.51.100.7:50000', to: '10.0.0.1:6346' },
			{ from: '198.51.100.8:6347', to: '10.0.0.1:6346', protocol: 17 },
		]);
		expect(ends(refused)).toEqual({
			peers: ['192.0.2.9 6346 tcp', '198.51.100.8 6347 udp'],
			servents: ['10.0.0.1 6346 tcp', '10.0.0.1 6346 udp'],
		});
	});

	it('those with most flows come first', () => {
		const refused = gathered([
			{ from: inside, to: '192.0.2.1:1' },
			{ from: inside, to: outside },
			{ from: other, to: outside },
		]);
		expect(refused.peers.map(({ flows }) => flows)).toEqual([2, 1]);
	});

	it('a resolver or a web server behind a seed is never refused; its name is told', () => {
		const by = { by: 'seed', network: 'opennap' } as const;
		const refused = gathered([
			{ from: inside, to: '192.0.2.53:53', protocol: 17, verdict: { ...by, name: 'napster.com' } },
			{ from: inside, to: '192.0.2.80:80', verdict: { ...by, name: 'cache.example.org:80' } },
			{ from: inside, to: '192.0.2.81:80', verdict: { ...by, name: '192.0.2.81' } },
		]);
		expect(refused.peers).toEqual([]);
		expect(refused.saidNames).toEqual(['cache.example.org', 'napster.com']);
		expect(refused.notes[0]).toMatch(/^3 flows to seeds refuse no address/);
		const zone = readSinkhole(formats.get('dns-sinkhole')!(refused));
		expect(zone.unbound).toEqual(['napster.com', 'napigator.com']);
		expect(zone.dnsmasq).toEqual(zone.unbound);
		// Anybody can put any name into a request.
		expect(zone.said).toEqual(['cache.example.org']);
	});

	it('an announced mail server and a usual port alone are never refused', () => {
		const refused = gathered([
			{ from: inside, to: '192.0.2.25:25', verdict: { by: 'learned' } },
			{ from: inside, to: '192.0.2.26:6346', verdict: { by: 'port' } },
			{ from: inside, to: '192.0.2.27:7777', verdict: { by: 'learned' } },
		]);
		expect(ends(refused).peers).toEqual(['192.0.2.27 7777 tcp']);
		expect(refused.notes).toHaveLength(2);
	});
});

describe('with a policy', () => {
	it('only what it blocks is refused', () => {
		const policy = policyOf(`
rules:
  - { name: slow, match: { network: edonkey }, action: throttle, rate: 256kbit }
  - { name: big, match: { network: gnutella, over: 1kB }, action: block }
`);
		const refused = gathered(
			[
				{ from: inside, to: '192.0.2.1:1', bytes: 5000 },
				{ from: inside, to: '192.0.2.2:2' },
				{ from: inside, to: '192.0.2.3:3', verdict: { network: 'edonkey' } },
			],
			policy,
		);
		expect(ends(refused).peers).toEqual(['192.0.2.1 1 tcp']);
		expect(refused.networks).toEqual(['gnutella']);
		expect(refused.notes).toEqual(['1 flows that the policy logs or slows down are not refused here']);
	});

	it('that names hosts, who is exempt stays exempt in every format with addresses', () => {
		const policy = policyOf(`
rules:
  - { name: may, match: { host: 10.0.0.2 }, action: log }
  - { name: none, match: { network: any }, action: block }
`);
		const flows = [
			{ from: inside, to: outside },
			{ from: other, to: outside },
			{ from: '[fd00::1]:9', to: '[2001:db8::1]:6346', protocol: 17 },
		];
		const refused = gathered(flows, policy);
		expect(ends(refused).peers).toEqual(['10.0.0.1 192.0.2.9 6346 tcp', 'fd00::1 2001:db8::1 6346 udp']);
		expect(formats.get('nft')!(refused)).toContain('10.0.0.1 . 192.0.2.9 . 6346 . tcp');
		expect(formats.get('iptables')!(refused)).toContain('-d 192.0.2.9/32 -s 10.0.0.1/32');
		expect(formats.get('cisco-acl')!(refused)).toContain(' deny tcp host 10.0.0.1 host 192.0.2.9 eq 6346');
		expect(formats.get('suricata')!(refused)).toContain('# The policy names hosts');
		for (const text of ['10.0.0.2'])
			for (const write of formats.values()) expect(write(refused)).not.toContain(text);
	});

	it('networks that it blocks wherever they are have content rules, seen or not', () => {
		const policy = policyOf(`
rules:
  - { name: donkey, match: { network: edonkey }, action: block }
  - { name: night, match: { network: gnutella, hours: "22:00-07:00" }, action: block }
`);
		const refused = gathered([], policy);
		expect(refused.networks).toEqual(['edonkey']);
		expect(refused.notes).toEqual(['"night" holds at its hours only: these rules always hold']);
	});
});

describe('the formats with addresses', () => {
	const many = gathered(
		Array.from({ length: 6000 }, (_, index) => ({
			from: inside,
			to: `203.0.${index >> 8}.${index & 255}:6346`,
		})),
	);

	it('are cut to what their systems carry, and say so', () => {
		expect(readNft(formats.get('nft')!(many))).toBe(6000);
		expect(readIptables(formats.get('iptables')!(many))).toBe(5000);
		expect(formats.get('iptables')!(many)).toContain('# 5000 of 6000 peers, most flows first: 1000 are cut');
		expect(readCisco(formats.get('cisco-acl')!(many)).get('SALLYPORT-P2P-OUT')).toBe(1000);
		expect(formats.get('cisco-acl')!(many)).toContain('! 1000 of 6000 peers');
	});

	it('are in their grammar with nothing to refuse, and with both families', () => {
		for (const refused of [
			gathered([]),
			gathered([
				{ from: '[fd00::1]:9', to: '[2001:db8::1]:6346', protocol: 17 },
				{ from: inside, to: outside },
			]),
		]) {
			const { length } = refused.peers;
			expect(readNft(formats.get('nft')!(refused))).toBe(length);
			// Over UDP both directions.
			expect(readIptables(formats.get('iptables')!(refused))).toBe(length === 0 ? 0 : 3);
			expect([...readCisco(formats.get('cisco-acl')!(refused)).keys()]).toHaveLength(4);
		}
	});
});
