/** Live captures between two network namespaces of our own. */
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { LiveCapture, type LiveOptions } from '../../../src/watch/capture/live.ts';
import { LiveNetwork, type Party, type PartyOf, type Said, whyNotLive } from './live-network.ts';

const whyNot = whyNotLive();
const tunnels = existsSync('/dev/net/tun');
if (!tunnels) console.log('Captures of tunnels are not tested: there is no /dev/net/tun.');

/** Options of node under which koffi does not load. */
const withoutKoffi = [
	'--import',
	`data:text/javascript,${encodeURIComponent(`
		import { registerHooks } from 'node:module';
		registerHooks({ resolve: (name, context, next) => {
			if (name === 'koffi') throw new Error('no koffi here');
			return next(name, context);
		} });`)}`,
];

/** Words under which a process has no CAP_NET_RAW. */
const withoutRight = ['setpriv', '--bounding-set', '-net_raw', '--inh-caps', '-net_raw'];

it('refuses names that are none, without asking anybody', () => {
	for (const name of ['', 'a b', 'a'.repeat(16), 'eth0;reboot', 'eth0\n', '../lo', 'é']) {
		const opened = LiveCapture.open(name);
		expect(isRefusal(opened) && opened.refused, name).toBe('watch.live.interface');
	}
});

describe.skipIf(whyNot !== undefined)('a live capture', () => {
	let network: LiveNetwork;
	let sender: Party;

	beforeAll(() => {
		network = new LiveNetwork();
		sender = network.party({ within: network.right, words: ['send', '10.66.0.1'] });
	});

	afterAll(() => network?.close());

	const start = (what: 'capture' | 'worker', options: LiveOptions = {}, more: Partial<PartyOf> = {}): Party =>
		network.party({
			within: network.left,
			words: [what, network.left, JSON.stringify(options)],
			...more,
		});

	const send = async (mark: string, count: number): Promise<void> => {
		sender.say(`${mark} ${count}`);
		await sender.until((said) => said.sent === mark);
	};

	/** Sends datagrams of one mark, under changing numbers, until the capture has seen one. */
	const untilSeen = async (party: Party, mark: string): Promise<void> => {
		for (let turn = 0; !party.has(mark); turn++) {
			const name = turn % 2 === 0 ? mark : `${mark}-`;
			await send(name, 50);
			await Promise.race([
				party.until((_, marks) => marks.has(mark)),
				new Promise((resolve) => setTimeout(resolve, 20)),
			]);
		}
	};

	const stopped = async (party: Party): Promise<Said> => {
		party.say('stop');
		return party.until((said) => said.end !== undefined);
	};

	/** All that a capture has of 1000 datagrams, which come when it surely runs and before it surely ends. */
	const captured = async (party: Party): Promise<Said & { readonly marked: readonly string[] }> => {
		await party.until((said) => said.how !== undefined);
		await untilSeen(party, 'begin');
		await send('marked', 1000);
		await untilSeen(party, 'after');
		const said = await stopped(party);
		return { ...said, marked: said.texts!.filter((text) => text.startsWith('marked ')) };
	};

	const all = Array.from({ length: 1000 }, (_, index) => `marked ${index}`);

	it('by the ring sees each datagram once', async () => {
		const party = start('capture');
		const said = await captured(party);
		expect(said.how).toBe('ring');
		expect(said.marked).toEqual(all);
		expect(said.end).toMatchObject({ dropped: 0 });
		expect(said.end!.damage).toBeUndefined();
		expect(said.end!.packets).toBeGreaterThan(1000);
		expect(said.end!.bytes).toBeGreaterThan(1000 * 50);
	});

	it('by the ring runs in a worker, stops by a message, and leaves no memory behind', async () => {
		const party = start('worker', { promiscuous: true });
		const { maps } = await party.until((said) => said.how !== undefined);
		const said = await captured(party);
		expect(said).toMatchObject({ how: 'ring', marked: all, end: { dropped: 0 } });
		expect([maps, said.maps]).toEqual([1, 0]);
		await party.over;
		expect(party.child.exitCode).toBe(0);
	});

	it.each([false, true])(
		'by tcpdump, where koffi does not load, sees the same (promptly: %s)',
		async (promptly) => {
			const said = await captured(start('capture', { promptly }, { options: withoutKoffi }));
			expect(said).toMatchObject({ how: 'tcpdump', marked: all, end: { dropped: 0 } });
			expect(said.end!.damage).toBeUndefined();
		},
	);

	it('without the right to capture is refused, and says what to do', async () => {
		const party = start('capture', {}, { before: withoutRight });
		const { refusal } = await party.until((said) => said.refusal !== undefined);
		expect(refusal!.refused).toBe('watch.live.permission');
		expect(refusal!.detail).toContain('EPERM');
		expect(refusal!.detail).toContain('permission');
	});

	it('without koffi and tcpdump is refused', async () => {
		const words = { before: ['/usr/bin/env', 'PATH=/nonexistent'], options: withoutKoffi };
		const { refusal } = await start('capture', {}, words).until((said) => said.refusal !== undefined);
		expect(refusal!.refused).toBe('watch.live.unsupported');
		expect(refusal!.detail).toMatch(/koffi does not load.*tcpdump: ENOENT/);
	});

	it.each([
		['by the ring', []],
		['by tcpdump', withoutKoffi],
	])('%s of an interface that is not there, or down, is refused', async (_, options) => {
		for (const name of ['none', 'lo']) {
			const words = ['capture', name];
			const party = network.party({ within: network.left, words, options });
			const { refusal } = await party.until((said) => said.refusal !== undefined);
			expect(refusal!.refused).toBe('watch.live.interface');
		}
	});

	it.each([
		['by the ring', [], /^The interface spr\d+a is gone\.$/],
		['by tcpdump', withoutKoffi, /^tcpdump ended by itself: .*(disappeared|went down)/],
	])('%s ends cleanly when its interface goes', async (_, options, sentence) => {
		const party = start('capture', { promptly: true }, { options });
		await untilSeen(party, 'begin');
		await send('marked', 100);
		await untilSeen(party, 'after');
		network.cut();
		try {
			const said = await party.until(({ end }) => end !== undefined);
			expect(said.end!.damage).toMatch(sentence);
			expect(said.texts!.filter((text) => text.startsWith('marked '))).toEqual(all.slice(0, 100));
			expect(said.maps).toBe(0);
			await party.over;
			expect(party.child.exitCode).toBe(0);
		} finally {
			network.join();
		}
	});

	it('by the ring goes on when its interface goes down and comes up again', async () => {
		const party = start('capture');
		await untilSeen(party, 'begin');
		network.leftLink('down');
		network.leftLink('up');
		await untilSeen(party, 'again');
		expect((await stopped(party)).end!.damage).toBeUndefined();
	});

	it('hands on what its sink throws, and gives the memory back', async () => {
		const party = start('capture', { snap: 40 }, { env: { LIVE_SINK: 'throws' } });
		await party.until((said) => said.how !== undefined);
		await send('thrown', 1);
		const said = await party.until(({ thrown }) => thrown !== undefined);
		expect(said).toMatchObject({ thrown: 'no more of 40', maps: 0 });
	});

	describe.skipIf(!tunnels)('of a tunnel', () => {
		/** IPv4, UDP from 10.0.0.1:1 to 10.0.0.2:2. */
		const packet = '4500001e0001000040110000' + '0a000001' + '0a000002' + '00010002000a0000' + '6869';

		const tunnel = (type: number): Party =>
			network.party({
				within: network.left,
				words: ['tunnel', `spr${process.pid}t`, `${type}`],
				env: { TUNNEL_PACKET: packet },
			});

		it('gives IP packets', async () => {
			const said = await stopped(tunnel(65_534));
			expect(said.how).toBe('ring');
			expect(said.tunnel!.filter(({ data }) => data.startsWith('45'))).toEqual([{ link: 101, data: packet }]);
		});

		it('of another kind is refused', async () => {
			const { refusal } = await tunnel(512).until((said) => said.refusal !== undefined);
			expect(refusal).toMatchObject({ refused: 'watch.live.link' });
			expect(refusal!.detail).toContain('type 512');
		});
	});
});
