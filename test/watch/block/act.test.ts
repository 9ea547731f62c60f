/** `sallyport watch --apply` slows down real transfers between two of our nodes, in network namespaces. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeFolders, temporaryFolder, until } from '../../cli/sallyport.ts';
import { ActNetwork, type Place, whyNotAct } from './act-network.ts';
import { decision, Giver } from './act-transfer.ts';

const whyNot = whyNotAct();
/** What the giver's line carries, bits a second: so much passes until an order holds. */
const line = 40e6;
const rate = 2e6;
const slow = `{ name: slow, match: { network: gnutella }, action: throttle, rate: ${rate / 1e6}mbit }`;
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(whyNot !== undefined)('a transfer between two nodes', () => {
	let network: ActNetwork;
	let giver: Giver;

	beforeAll(async () => {
		network = new ActNetwork();
		const burst = ['burst', '64kb', 'latency', '50ms'];
		network.run('router', 'tc', 'qdisc', 'add', 'dev', 'r2', 'root', 'tbf', 'rate', `${line}`, ...burst);
		network.run('giver', 'tc', 'qdisc', 'add', 'dev', 'b0', 'root', 'tbf', 'rate', `${line}`, ...burst);
		giver = await Giver.start(network);
	});

	afterAll(async () => {
		await network?.close();
		removeFolders();
	});

	/**
	 * Bits a second that the taker's program is given, from two seconds after a moment on: at least and at most, as each look
	 * takes its time on a busy machine. Over four seconds; what lay behind a lost packet is given at once when that comes
	 * late, so where they are not as they should be, over up to thirty, in which it counts for little.
	 */
	async function goodput(port: number, since: number): Promise<{ least: number; most: number }> {
		const look = () => ({
			before: performance.now(),
			bytes: network.received(6346).get(port) ?? 0,
			after: performance.now(),
		});
		await pause(since + 2000 - Date.now());
		const from = look();
		for (let seconds = 4; ; seconds += 2) {
			await pause(from.after + seconds * 1000 - performance.now());
			const to = look();
			const bits = (to.bytes - from.bytes) * 8 * 1000;
			const found = { least: bits / (to.after - from.before), most: bits / (to.before - from.after) };
			const asItShouldBe = found.most > 0.9 * rate && found.least < 1.1 * rate;
			if (asItShouldBe || seconds >= 30) return found;
		}
	}

	function taken(): number {
		return Math.max(0, ...network.received(6346).values());
	}

	const cases: readonly [string, Place, 'on' | 'off'][] = [
		['by a router that passes it on, with offloads', 'router', 'on'],
		['by a router that passes it on, without offloads', 'router', 'off'],
		['where it arrives, with offloads', 'taker', 'on'],
		['where it arrives, without offloads', 'taker', 'off'],
		['where it leaves', 'giver', 'on'],
	];

	it.each(cases)('is recognised, and slowed down %s', async (_, place, offloads) => {
		if (place === 'giver') {
			network.run('giver', 'tc', 'qdisc', 'delete', 'dev', 'b0', 'root');
			network.run(
				'router',
				'tc',
				'qdisc',
				'add',
				'dev',
				'r1',
				'root',
				'tbf',
				'rate',
				`${line}`,
				'burst',
				'64kb',
				'latency',
				'50ms',
			);
		}
		network.offloads(offloads);
		const before = network.held(place);
		const home = temporaryFolder();
		const watch = await network.watch(place, `rules: [${slow}]`, ['--apply', '--home', home]);
		const taker = await giver.taken();
		const found = await decision(watch, 'slow');
		const bits = await goodput(found.src_port, Date.parse(found.timestamp));
		expect(bits.most / rate).toBeGreaterThan(0.9);
		expect(bits.least / rate).toBeLessThan(1.1);
		if (place === 'router') {
			const url = 'http://10.77.2.2:8080/';
			const beside = network.run(
				'taker',
				'curl',
				'-s',
				'-o',
				'/dev/null',
				'-w',
				'%{size_download} %{speed_download}',
				url,
			);
			const [bytes, speed] = beside.split(' ').map(Number) as [number, number];
			expect(bytes).toBe(10_000_000);
			expect(speed * 8).toBeGreaterThan(2 * rate);
		}
		await taker.stop('SIGKILL');
		expect((await watch.stop()).status).toBe(0);
		const flow = watch.said.find((one) => one.event_type === 'flow' && one.flow_id === found.flow_id);
		expect(Date.parse(found.timestamp) - Date.parse(flow.flow.start)).toBeLessThan(2000);
		const rule = watch.said.find((one) => one.event_type === 'policy_rule');
		expect(rule).toMatchObject({ rule: 'slow', action: 'throttle', flows: 1 });
		expect(rule.packets).toBeGreaterThan(10);
		expect(watch.said.filter((one) => one.event_type === 'policy' && one.dest_port === 8080)).toEqual([]);
		expect(network.held(place)).toBe(before);
	});

	it('goes on at full speed where the policy only says what it would do', async () => {
		const watch = await network.watch('router', `rules: [${slow}]`, []);
		const taker = await giver.taken();
		const found = await decision(watch, 'slow');
		expect(found.policy).toEqual({
			rule: 'slow',
			action: 'throttle',
			rate_bits: rate,
			seconds: 600,
			applied: false,
		});
		await until(async () => taken() > (3 * rate) / 8 + 4_000_000);
		expect(network.run('router', 'nft', 'list', 'ruleset')).toBe('');
		await taker.stop('SIGKILL');
		await watch.stop();
	});
});
