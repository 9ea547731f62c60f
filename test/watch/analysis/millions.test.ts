/**
 * Ten million flows: memory is what was promised, and a question costs a few looks a flow. Counted, not timed. What is
 * beyond is left out, and said.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { termsOf } from '../../../src/node/api/filter.ts';
import { Matches } from '../../../src/watch/analysis/matches.ts';
import { mostRows, Rows } from '../../../src/watch/analysis/rows.ts';
import { hostsOf, overviewOf } from '../../../src/watch/analysis/sums.ts';
import { testsOf } from '../../../src/watch/analysis/tests.ts';
import { recordOf } from './rows-of.ts';

const verdicts = ['gnutella', 'edonkey', 'bittorrent'].map((network) => ({
	network,
	by: 'payload' as const,
	evidence: `${network}: bytes 0 to 3 from the opener, payload packet 1`,
	packets: 1,
}));

describe('ten million flows', () => {
	let rows: Rows;

	beforeAll(() => {
		rows = new Rows();
		const record = recordOf({});
		for (let number = 0; number < mostRows + 5; number++) {
			record.source[3] = number & 255;
			record.destination[1] = (number >> 16) & 255;
			record.destination[2] = (number >> 8) & 255;
			record.sourcePort = number & 0xffff;
			record.startSeconds = 1000 + Math.floor(number / 1000);
			record.endSeconds = record.startSeconds + (number % 60);
			record.bytesToServer = Math.imul(number, 0x9e3779b1) >>> 8;
			rows.add(record, number % 4 === 3 ? undefined : verdicts[number % 4]);
		}
	});
	// Other tests run in the same process afterwards.
	afterAll(() => {
		rows = new Rows();
	});

	it('take 59 bytes each; those beyond are counted', () => {
		const columns = Object.values(rows.blocks[0]!).filter((value) => ArrayBuffer.isView(value));
		const bytes = columns.reduce((sum, { byteLength }) => sum + byteLength, 0) * rows.blocks.length;
		expect(rows.count).toBe(10_000_000);
		expect(rows.left).toBe(5);
		expect(columns).toHaveLength(16);
		expect(bytes / rows.count).toBeLessThan(60);
	});

	it('are filtered by one look at each, and their windows are put in order by a few', () => {
		const terms = termsOf('network=edonkey host:10.0.0.0/25');
		const matches = new Matches(rows, testsOf(rows, { terms }, []));
		expect(matches.looks).toBe(rows.count);
		expect(matches.total).toBe(1_250_016);
		const order = { field: 'bytes', descending: true };
		const first = matches.window(order, 0, 200);
		expect(first).toHaveLength(200);
		const looks = matches.looks - rows.count;
		// One to gather the keys, two or three to divide them; a sort would take twenty.
		expect(looks / matches.total).toBeLessThan(8);
		matches.window(order, 100, 200);
		expect(matches.looks - rows.count - looks).toBeLessThan(matches.total * 2);
	});

	it('are counted and windowed without a filter for nothing', () => {
		const matches = new Matches(rows, []);
		expect(matches.window({ descending: true }, 9_999_900, 200)).toHaveLength(100);
		expect(matches.looks).toBe(0);
	});

	it('are summed in one pass, into an answer of fixed size', () => {
		const matches = new Matches(rows, []);
		const overview = overviewOf(rows, matches, { from: 1_000_000, to: 11_060_000 });
		expect(overview.networks.reduce((sum, { flows }) => sum + flows, 0)).toBe(rows.count);
		expect(JSON.stringify(overview).length).toBeLessThan(10_000);
		const { hosts } = hostsOf(rows, matches, 100);
		expect(JSON.stringify(hosts).length).toBeLessThan(30_000);
	});
});
