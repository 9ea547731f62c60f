/** A policy: what is read, what is refused at which line, and what it decides. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import type { Fault } from '../../src/policy/reading.ts';
import { decide, type FlowFacts, type Policy } from '../../src/watch/policy.ts';
import { readPolicy } from '../../src/watch/policy-file.ts';

const networks = ['gnutella', 'gnutella2', 'edonkey', 'bittorrent'];
const noon = 12 * 60;

function policy(text: string): Policy {
	const found = readPolicy(text, networks);
	if (isRefusal(found)) throw new Error(found.detail);
	return found as Policy;
}

function faults(text: string): readonly Fault[] {
	const found = readPolicy(text, networks);
	if (!('faults' in found)) throw new Error('it was taken');
	expect(found.refused).toBe('watch.policy.malformed');
	return found.faults;
}

const flow: FlowFacts = {
	source: '10.0.0.5',
	sourcePort: 40_000,
	destination: '192.0.2.9',
	destinationPort: 6346,
	protocol: 'tcp',
	network: 'gnutella',
	by: 'payload',
	bytes: 5000,
};

/** Names of the rules that decide the flows. */
function decided(text: string, minute: number, ...flows: Partial<FlowFacts>[]): (string | undefined)[] {
	const rules = policy(text);
	return flows.map((one) => decide(rules, { ...flow, ...one }, minute)?.rule);
}

describe('a rule matches', () => {
	it('the networks that it names; any of the recognised ones; or, without that, every flow', () => {
		const text = `rules:
  - { name: one, match: { network: edonkey }, action: log }
  - { name: two, match: { network: [gnutella2, bittorrent] }, action: log }
  - { name: any, match: { network: any }, action: log }
  - { name: all, action: log }`;
		const recognised = ['edonkey', 'bittorrent', 'gnutella2', 'gnutella'].map((network) => ({ network }));
		const { network: _network, by: _by, ...unknown } = flow;
		expect(decided(text, noon, ...recognised)).toEqual(['one', 'two', 'two', 'any']);
		expect(decide(policy(text), unknown, noon)?.rule).toBe('all');
	});

	it('the grounds on which a flow was recognised', () => {
		const text = `rules: [{ name: sure, match: { by: [payload, seed] }, action: log }]`;
		expect(decided(text, noon, {}, { by: 'seed' }, { by: 'port' })).toEqual(['sure', 'sure', undefined]);
		const { by: _by, ...unknown } = flow;
		expect(decide(policy(text), unknown, noon)).toBeUndefined();
	});

	it('a host or a range at either end, of both versions', () => {
		const text = `rules:
  - { name: one, match: { host: 192.0.2.9 }, action: log }
  - { name: net, match: { host: 10.1.0.0/16 }, action: log }
  - { name: six, match: { host: "2001:db8::/32" }, action: log }`;
		const six = { source: '2001:db8:1::7', destination: '2001:db9::1' };
		expect(
			decided(
				text,
				noon,
				{},
				{ destination: '10.1.255.1' },
				{ source: '10.2.0.0', destination: '10.0.255.255' },
				six,
				{ source: '2001:db9::2', destination: '2001:dead::1' },
			),
		).toEqual(['one', 'net', undefined, 'six', undefined]);
	});

	it('the direction, seen from the local ranges; a flow within or beyond them has none', () => {
		const text = `rules:
  - { name: out, match: { direction: out }, action: log }
  - { name: in, match: { direction: in }, action: log }`;
		const flows = [
			{},
			{ source: '192.0.2.9', destination: '10.0.0.5' },
			{ destination: '192.168.1.1' },
			{ source: '198.51.100.1' },
		];
		expect(decided(text, noon, ...flows)).toEqual(['out', 'in', undefined, undefined]);
		const other = `local: 198.51.100.0/24\n${text}`;
		expect(decided(other, noon, ...flows)).toEqual([undefined, undefined, undefined, 'out']);
	});

	it('the hours, over midnight too', () => {
		const night = `rules: [{ name: night, match: { hours: "22:00-07:00" }, action: log }]`;
		const at = (minute: number): unknown => decided(night, minute, {})[0];
		expect([21 * 60 + 59, 22 * 60, 0, 6 * 60 + 59, 7 * 60].map(at)).toEqual([
			undefined,
			'night',
			'night',
			'night',
			undefined,
		]);
	});

	it('a flow that has moved more than so much', () => {
		const text = `rules: [{ name: much, match: { over: 1kB }, action: log }]`;
		expect(decided(text, noon, { bytes: 1000 }, { bytes: 1001 })).toEqual([undefined, 'much']);
	});

	it('first, and then no other does', () => {
		const text = `rules:
  - { name: spared, match: { host: 10.0.0.5 }, action: log }
  - { name: rest, match: { network: any }, action: block }`;
		expect(decided(text, noon, {}, { source: '10.0.0.6' })).toEqual(['spared', 'rest']);
	});

	it('with permit-only: what goes to none of its ports', () => {
		const text = `rules:
  - { name: web, match: { direction: out }, action: permit-only, ports: [80, 6000-6010] }
  - { name: rest, match: { network: any }, action: throttle, rate: 64kbit }`;
		const ports = [80, 6000, 6010, 6011, 443].map((destinationPort) => ({ destinationPort }));
		expect(decided(text, noon, ...ports)).toEqual(['rest', 'rest', 'rest', 'web', 'web']);
	});

	it('nothing where an address is none', () => {
		const text = 'rules: [{ name: all, action: log }]';
		expect(decided(text, noon, { source: 'host.example' })).toEqual([undefined]);
	});
});

describe('a decision says', () => {
	it('the rate and the time', () => {
		const rules = policy(`rules:
  - { name: slow, match: { network: gnutella }, action: throttle, rate: 1.5mbit, for: 2h }
  - { name: none, match: { network: edonkey }, action: block }
  - { name: seen, action: log }`);
		const { by: _by, network: _network, ...unknown } = flow;
		expect(decide(rules, flow, noon)).toEqual({
			rule: 'slow',
			action: 'throttle',
			rateBits: 1_500_000,
			seconds: 7200,
		});
		const blocked = decide(rules, { ...flow, network: 'edonkey' }, noon);
		expect(blocked).toEqual({ rule: 'none', action: 'block', seconds: 600 });
		expect(decide(rules, unknown, noon)).toEqual({ rule: 'seen', action: 'log' });
	});
});

describe('a policy that is wrong is refused', () => {
	it('with all faults and their lines', () => {
		const found = faults(`local: [10.0.0.0/8, nowhere]
rules:
  - name: typo
    match:
      network: [gnutella, gnutela]
      hours: 25:00-07:00
    action: block
  - name: typo2
    match: { hots: 10.0.0.1 }
    action: log
  - name: no rate
    match: { over: plenty, by: hearsay }
    action: shape
`);
		expect(found.map(({ line }) => line)).toEqual([1, 5, 6, 9, 12, 12, 13]);
		expect(found.map(({ message }) => message)).toEqual([
			'local: "nowhere" is not an address or a range such as 10.0.0.0/8',
			expect.stringContaining('network: "gnutela" is not a network that is known here: any, gnutella, '),
			'hours: "25:00-07:00" is not hours such as 22:00-07:00',
			'"hots" is not known here',
			'by: must be one of payload, seed, learned, behaviour, port',
			'over: "plenty" is not a size such as 100MB',
			'action: must be one of log, throttle, block, permit-only',
		]);
	});

	it('where an action lacks what it needs, or has what it cannot use', () => {
		const found = faults(`rules:
  - name: a
    match: { network: any }
    action: throttle
  - name: b
    match: { network: any }
    action: block
    rate: 1mbit
  - name: c
    match: { network: any, host: 10.0.0.1 }
    action: permit-only
    ports: [80]
  - name: d
    action: permit-only
  - name: e
    action: block
  - name: a
    action: log
    for: 10m
`);
		const lines = found.map(({ line, message }) => `${line} ${message}`);
		expect(lines).toEqual([
			'4 action: throttle needs a rate',
			'8 rate: does not go with block',
			'10 network: permit-only can ask for host and direction only',
			'14 action: permit-only needs ports',
			'16 action: would block every flow: name at least one condition',
			'17 name: another rule has this name',
			'19 for: does not go with log',
		]);
	});

	it('where two rules have one name, or a name could break a line', () => {
		expect(
			faults(`rules:
  - { name: a, action: log }
  - { name: a, action: log }`),
		).toEqual([{ line: 3, message: 'name: another rule has this name' }]);
		for (const name of ['"a\\nb"', `'a"b'`, '"a\\\\b"', '""', `"${'x'.repeat(61)}"`])
			expect(faults(`rules:\n  - name: ${name}\n    action: log`)[0]?.line).toBe(2);
	});

	it('where it is no YAML, or none of ours', () => {
		expect(faults('rules:\n  - name: [a\n  - b: }')[0]?.line).toBeGreaterThan(1);
		expect(faults('rules:\n  - { name: a, name: b, action: log }')[0]).toMatchObject({ line: 2 });
		expect(faults('')).toEqual([{ line: 1, message: 'rules: must be a list of rules' }]);
		expect(faults('just a text')).toHaveLength(1);
		expect(faults('rules: *nobody')).toHaveLength(1);
	});

	it('and no text makes it throw', () => {
		const pieces = fc.constantFrom(
			'rules:',
			'\n',
			'  - ',
			'name: a',
			'match: {',
			'}',
			'[',
			']',
			'host: ',
			'&a ',
			'*a',
			'10.0.0.0/8',
			'action: log',
			'? ',
			': ',
			'|',
			'\t',
			'"',
		);
		fc.assert(
			fc.property(
				fc.oneof(
					fc.string(),
					fc.array(pieces).map((all) => all.join('')),
				),
				(text) => {
					const found = readPolicy(text, networks);
					expect('faults' in found ? found.faults.length > 0 : Array.isArray(found.rules)).toBe(true);
				},
			),
		);
	});
});
