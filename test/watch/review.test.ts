/** When flows are judged: packets of made-up flows go through the whole watch, and a policy decides. */
import { describe, expect, it } from 'vitest';
import { minuteOf } from '../../src/policy/amounts.ts';
import { writePolicy } from '../../src/watch/export/eve.ts';
import { Lines } from '../../src/watch/export/lines.ts';
import { decide, type Policy } from '../../src/watch/policy.ts';
import { readPolicy } from '../../src/watch/policy-file.ts';
import { networkNames } from '../../src/watch/recognise/signatures.ts';
import { Review } from '../../src/watch/review.ts';
import { Watch } from '../../src/watch/watch.ts';
import { ethernet, type FrameOf, give, ip } from './packets.ts';

const hello = 'GNUTELLA CONNECT/0.6\r\nUser-Agent: x/1\r\n\r\n';

class Judged {
	/** `second rule port`, a line each decision that is told. */
	readonly told: string[] = [];
	/** How often was asked. */
	asked = 0;
	second: number;
	readonly records: string[] = [];
	readonly #watch: Watch;

	constructor(rules: string, start = 1_000_000) {
		this.second = start;
		const policy = readPolicy(`rules:\n${rules}`, networkNames) as Policy;
		const lines = new Lines((bytes) => this.records.push(Buffer.from(bytes).toString()));
		const review = new Review(
			policy,
			(facts, second) => {
				this.asked++;
				return decide(policy, facts, minuteOf(second * 1000));
			},
			(flow, verdict, decision) => {
				this.told.push(`${this.second - start} ${decision.rule} ${flow.sourcePort}`);
				writePolicy(lines, flow, verdict, decision, false);
				lines.flush();
			},
		);
		this.#watch = new Watch({
			found: (flow, verdict) => (review.found(flow, verdict)?.action === 'block' ? 'blocked' : 'allowed'),
			second: (table, verdictOf) => review.second(table, verdictOf),
			ended: (flow) => review.ended(flow),
		});
	}

	packet(of: FrameOf): void {
		give(this.#watch, ethernet(ip(of)), this.second);
	}

	/** The first packets of a Gnutella link from this port. */
	link(sourcePort: number): void {
		this.packet({ sourcePort, flags: 'S', sequence: 0 });
		this.packet({ sourcePort, flags: 'PA', payload: hello });
	}

	/** So many bytes more, in one datagram or segment. */
	more(sourcePort: number, bytes: number): void {
		this.packet({ sourcePort, flags: 'A', sequence: 1 + hello.length, payload: 'x'.repeat(bytes) });
	}

	end(): void {
		this.#watch.end({ dropped: 0 });
	}
}

describe('a flow is judged', () => {
	it('at its verdict at once, and once only', () => {
		const judged = new Judged('  - { name: all, match: { network: gnutella }, action: log }');
		judged.link(1);
		expect(judged.told).toEqual(['0 all 1']);
		for (let second = 1; second < 5; second++) {
			judged.second++;
			judged.more(1, 10);
		}
		judged.end();
		expect(judged.told).toEqual(['0 all 1']);
		expect(judged.asked).toBe(1);
	});

	it('again when it has moved more than a rule asks for', () => {
		const judged = new Judged(`  - { name: much, match: { network: any, over: 3kB }, action: block }
  - { name: little, match: { network: any }, action: log }`);
		judged.link(1);
		judged.second++;
		judged.more(1, 1000);
		judged.second++;
		judged.more(1, 1000);
		expect(judged.told).toEqual(['0 little 1']);
		judged.second++;
		judged.more(1, 1000);
		expect(judged.told).toEqual(['0 little 1', '3 much 1']);
	});

	it('though nobody recognised it, where a rule asks for no network; else not', () => {
		const all = new Judged('  - { name: host, match: { host: 10.0.0.1 }, action: block }');
		const some = new Judged('  - { name: net, match: { host: 10.0.0.1, network: any }, action: block }');
		for (const judged of [all, some]) {
			judged.packet({ sourcePort: 7, protocol: 'udp', destinationPort: 999, payload: 'nothing known' });
			judged.end();
		}
		expect([all.told, some.told, some.asked]).toEqual([['0 host 7'], [], 0]);
	});

	it('by its surroundings, once its payload has said nothing', () => {
		const judged = new Judged('  - { name: known, match: { by: learned }, action: throttle, rate: 64kbit }');
		judged.link(1);
		judged.second++;
		judged.packet({ sourcePort: 2, flags: 'S', sequence: 0 });
		for (let count = 0; count < 9; count++)
			judged.packet({
				sourcePort: 2,
				flags: 'A',
				sequence: 1 + 40 * count,
				payload: `\xf7${'\x9c'.repeat(39)}`,
			});
		expect(judged.told).toEqual([]);
		judged.second++;
		judged.packet({ sourcePort: 2, flags: 'A', sequence: 361, payload: 'y' });
		expect(judged.told).toEqual(['2 known 2']);
		const [record] = judged.records.map((text) => JSON.parse(text));
		expect(record).toMatchObject({
			event_type: 'policy',
			policy: { rule: 'known', action: 'throttle', rate_bits: 64_000, seconds: 600, applied: false },
			p2p: { network: 'gnutella', by: 'learned' },
		});
	});

	it('when hours begin and end, all of them, also the silent ones', () => {
		const day = new Date(2026, 10, 21, 21, 59, 30).getTime() / 1000;
		const judged = new Judged(
			`  - { name: night, match: { network: any, hours: "22:00-07:00" }, action: block }
  - { name: day, match: { network: any }, action: log }`,
			day,
		);
		judged.link(1);
		judged.link(2);
		judged.second += 29;
		judged.more(1, 1);
		expect(judged.told).toEqual(['0 day 1', '0 day 2']);
		judged.second += 1;
		judged.more(1, 1);
		expect(judged.told.slice(2)).toEqual(['30 night 1', '30 night 2']);
		judged.second += 9 * 3600;
		judged.link(3);
		expect(judged.told.slice(4)).toEqual(['32430 day 3']);
	});

	it('shortly before an order about it ends, as long as it goes on', () => {
		const judged = new Judged(
			'  - { name: slow, match: { network: any }, action: throttle, rate: 1mbit, for: 60s }',
		);
		judged.link(1);
		judged.link(2);
		for (let second = 0; second < 120; second++) {
			judged.second++;
			judged.more(1, 1);
		}
		// Two at the verdicts; the first flow at 55 and 110 seconds; the other one is silent.
		expect(judged.asked).toBe(4);
		expect(judged.told).toEqual(['0 slow 1', '0 slow 2']);
	});
});
