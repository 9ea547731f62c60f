/** An analysis while it goes on: what is seen of it, and that what is seen is not older than it may be. */
import { describe, expect, it } from 'vitest';
import { Analysis } from '../../../src/watch/analysis/analysis.ts';
import { Rows } from '../../../src/watch/analysis/rows.ts';
import { ethernet, type FrameOf, give, ip } from '../packets.ts';

const all = { terms: [] };
const usual = { descending: false };
const hello = 'GNUTELLA CONNECT/0.6\r\nUser-Agent: Test/1\r\n\r\n';

function dial(analysis: Analysis, second: number, of: FrameOf = {}): void {
	give(analysis, ethernet(ip({ flags: 'S', sequence: 1, ...of })), second);
	give(analysis, ethernet(ip({ flags: 'PA', sequence: 2, payload: hello, ...of })), second);
}

describe('an analysis of an interface', () => {
	it('shows a flow from its verdict on, and brings it up to date when it ends', () => {
		const analysis = new Analysis(undefined);
		dial(analysis, 1000);
		give(
			analysis,
			ethernet(ip({ protocol: 'udp', sourcePort: 5000, destinationPort: 53, payload: 'x' })),
			1000,
		);
		expect(analysis.describe()).toMatchObject({ state: 'reading', flows: 1, open: 1, recognised: 1 });
		const { version } = analysis.describe();
		const [early] = analysis.flows(all, usual, 0, 9).rows;
		expect(early).toMatchObject({ network: 'gnutella', packets: 2 });
		give(analysis, ethernet(ip({ flags: 'PA', sequence: 2 + hello.length, payload: 'more' })), 1005);
		analysis.end({ packets: 4, bytes: 0, dropped: 3 });
		const { rows, total } = analysis.flows(all, usual, 0, 9);
		expect(total).toBe(2);
		expect(rows[0]).toMatchObject({ id: early!.id, packets: 3, seconds: 5 });
		expect(analysis.describe()).toMatchObject({ state: 'done', flows: 2, open: 0, recognised: 1 });
		expect(analysis.describe().version).toBeGreaterThan(version);
		expect(analysis.describe().notes).toEqual(['The kernel dropped 3 packets.']);
	});

	it('judges flows that come after the policy was tried, and those that changed', async () => {
		const analysis = new Analysis(undefined);
		analysis.try('rules:\n  - name: big\n    match: { network: gnutella, over: 200 }\n    action: log\n');
		dial(analysis, 1000);
		while (analysis.unjudged) analysis.step();
		expect(analysis.trial().rules).toMatchObject([{ flows: 0 }]);
		give(analysis, ethernet(ip({ flags: 'PA', sequence: 2 + hello.length, payload: 'x'.repeat(500) })), 1005);
		analysis.end({ packets: 3, bytes: 0, dropped: 0 });
		while (analysis.unjudged) analysis.step();
		expect(analysis.trial().rules).toMatchObject([{ flows: 1 }]);
		expect(analysis.flows(all, usual, 0, 1).rows[0]).toMatchObject({ rule: 'big' });
		expect(await analysis.flow(1)).toMatchObject({ packets: [] });
		expect(await analysis.flow(2)).toBeUndefined();
	});
});

describe('an analysis of a file', () => {
	it('has no flow twice, and says what found no room', () => {
		const analysis = new Analysis('nowhere', new Rows(2));
		for (let number = 0; number < 5; number++) dial(analysis, 1000, { sourcePort: 40_000 + number });
		expect(analysis.describe().flows).toBe(0);
		analysis.end({ packets: 10, bytes: 0, dropped: 0 });
		expect(analysis.describe()).toMatchObject({ flows: 2, recognised: 5 });
		expect(analysis.describe().notes[0]).toMatch(/^3 flows found no room/);
		expect(analysis.overview(all)).toMatchObject({ flows: 2 });
	});

	it('answers with what there is while it is read', () => {
		const analysis = new Analysis('nowhere');
		expect(analysis.overview(all)).toMatchObject({ flows: 0, networks: [], series: [] });
		expect(analysis.flows(all, usual, 0, 9)).toEqual({ total: 0, all: 0, rows: [] });
		expect(analysis.hosts(all, 'score', 9)).toEqual({ hosts: [], whole: true });
	});

	it('that cannot be read says so', async () => {
		const analysis = new Analysis('/nowhere/at/all');
		analysis.end({ refused: 'watch.capture.unknown' });
		expect(analysis.describe()).toMatchObject({
			state: 'failed',
			refusal: { refused: 'watch.capture.unknown' },
		});
		dial(analysis, 1000);
		const read = new Analysis('/nowhere/at/all');
		dial(read, 1000);
		read.end({ packets: 2, bytes: 0, dropped: 0 });
		expect(await read.flow(1)).toMatchObject({ refused: 'watch.capture.unreadable' });
	});
});
