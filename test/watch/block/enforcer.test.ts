/** What a console would ask of an enforcer, in the kernel of a namespace. */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RuleCount } from '../../../src/watch/block/rule-book.ts';
import { removeFolders, temporaryFolder } from '../../cli/sallyport.ts';
import { ActNetwork, type Inside, whyNotAct } from './act-network.ts';

const whyNot = whyNotAct();
const rules = `rules:
  - { name: stop, match: { network: edonkey }, action: block }
  - { name: seen, match: { network: gnutella }, action: log }`;
const ends = {
	source: '127.0.0.1',
	sourcePort: 40_000,
	destination: '127.0.0.2',
	destinationPort: 4662,
	protocol: 'tcp',
};
const flow = { ...ends, network: 'edonkey', by: 'payload', bytes: 1 };

describe.skipIf(whyNot !== undefined)('an enforcer', () => {
	let network: ActNetwork;
	let state: string;

	beforeAll(() => {
		network = new ActNetwork();
		state = join(temporaryFolder(), 'orders');
	});

	afterAll(async () => {
		await network?.close();
		removeFolders();
	});

	async function party(session = '', file = state): Promise<Inside> {
		const script = join(import.meta.dirname, 'enforcer-party.ts');
		const inside = network.start('taker', [process.execPath, script, file, rules, session]);
		await inside.until((said) => said.length > 0);
		return inside;
	}

	async function ask(inside: Inside, does: string, ...words: unknown[]): Promise<unknown> {
		const before = inside.said.length;
		inside.child.stdin!.write(`${JSON.stringify({ does, words })}\n`);
		const last = await inside.until((said) => said.slice(before).find((one) => 'answer' in one));
		return last.answer;
	}

	async function ended(inside: Inside): Promise<void> {
		inside.child.stdin!.end();
		await inside.over;
	}

	const map = (name: string) => network.run('taker', 'nft', 'list', 'map', 'inet', 'sallyport', name);

	/** Whether a datagram to this host, which nobody awaits, is answered by its refusal: it looks once more at the end. */
	function reaches(host: string): boolean {
		const script = `const socket = require('dgram').createSocket('udp4');
			socket.on('error', () => { console.log('refused'); process.exit(); });
			socket.connect(9, '${host}', () => socket.send('x', () => setTimeout(() => setImmediate(process.exit), 500)));`;
		return network.run('taker', process.execPath, '-e', script).includes('refused');
	}

	it('blocks a host by hand for a time, counts what it held up, and ends it', async () => {
		const inside = await party();
		expect(inside.said[0]).toEqual({ how: 'nothing to shape' });
		expect(reaches('127.0.0.9')).toBe(true);
		const name = await ask(inside, 'order', { host: '127.0.0.9' }, { action: 'block' }, 60);
		expect(name).toBe('host 127.0.0.9, by hand');
		expect(map('host4')).toMatch(/127\.0\.0\.9 timeout 1m expires/);
		expect(reaches('127.0.0.9')).toBe(false);
		await ask(inside, 'count');
		const [stop, , byHand] = (await ask(inside, 'rules')) as RuleCount[];
		expect(stop).toMatchObject({ rule: 'stop', orders: 0, live: 0, packets: 0 });
		const target = { host: '127.0.0.9' };
		expect(byHand).toMatchObject({ rule: name, orders: 1, live: 1, packets: 1, target });
		expect(await ask(inside, 'end', name)).toBe(true);
		expect(await ask(inside, 'end', name)).toBe(false);
		expect(reaches('127.0.0.9')).toBe(true);
		await ended(inside);
		expect(network.held('taker')).toBe('');
	});

	it('brings classes with the first rate, and puts what a person ordered before the policy', async () => {
		const inside = await party();
		expect(network.held('taker')).not.toContain('htb');
		expect(await ask(inside, 'decide', flow)).toMatchObject({ rule: 'stop', action: 'block' });
		expect(map('flow4')).toContain('40000');
		const name = await ask(inside, 'order', { flow: ends }, { action: 'throttle', rateBits: 64_000 }, 60);
		expect(network.held('taker')).toContain('htb 5350: dev lo');
		expect(await ask(inside, 'decide', flow)).toMatchObject({ rule: name, action: 'throttle' });
		expect(await ask(inside, 'orders')).toHaveLength(1);
		await ask(inside, 'end', name);
		expect(await ask(inside, 'decide', flow)).toMatchObject({ rule: 'stop' });
		const seen = { rule: 'seen', action: 'log' };
		expect(await ask(inside, 'decide', { ...flow, network: 'gnutella' })).toEqual(seen);
		expect(await ask(inside, 'orders')).toEqual([]);
		expect(map('flow4')).not.toContain('40000');
		await ended(inside);
		expect(network.held('taker')).toBe('');
	});

	it('remembers orders by hand over a restart, and forgets them when it is told to', async () => {
		const first = await party();
		await ask(first, 'order', { host: '10.1.1.1' }, { action: 'block' }, 600);
		await ask(first, 'decide', flow);
		await ended(first);
		appendFileSync(state, '{"order":{"target":{"host":"10.2.2.2"},"rule":"no such rule","until":9e15}}\n');
		const second = await party();
		expect(map('host4')).toContain('10.1.1.1');
		expect(map('host4')).not.toContain('10.2.2.2');
		expect(map('flow4')).toContain('40000');
		await ask(second, 'clear');
		expect(await ask(second, 'orders')).toEqual([]);
		expect(`${map('host4')}${map('flow4')}`).not.toContain('elements');
		await ended(second);
		const third = await party();
		expect(await ask(third, 'orders')).toEqual([]);
		await ended(third);
	});

	it('refuses what is no target, who manages the machine, too many, and a second one beside it', async () => {
		const inside = await party('10.9.9.9 50000 127.0.0.1 22');
		const order = (target: object) => ask(inside, 'order', target, { action: 'block' }, 60);
		expect(await order({ host: 'example.org' })).toEqual({ refused: 'watch.act.target' });
		expect(await order({ host: '10.9.9.9' })).toMatchObject({ refused: 'watch.act.lockout' });
		expect(await order({ host: '127.0.0.1' })).toMatchObject({ refused: 'watch.act.lockout' });
		const second = await party();
		expect(second.said[0]).toMatchObject({ refused: 'watch.act.busy' });
		for (let number = 0; number < 1000; number++) {
			const words = [{ host: `10.3.${number >> 8}.${number & 255}` }, { action: 'block' }, 600];
			inside.child.stdin!.write(`${JSON.stringify({ does: 'order', words, hasty: true })}\n`);
		}
		await inside.until((said) => said.some(({ answer }) => `${answer}`.startsWith('host 10.3.3.231')));
		expect(await order({ host: '10.4.4.4' })).toEqual({ refused: 'watch.act.full' });
		await ended(inside);
	});

	it('makes the table anew when somebody has taken it away', async () => {
		const inside = await party('', join(temporaryFolder(), 'orders'));
		await ask(inside, 'decide', flow);
		network.run('taker', 'nft', 'delete', 'table', 'inet', 'sallyport');
		await ask(inside, 'decide', { ...flow, sourcePort: 40_001 });
		expect(map('flow4')).toContain('40000');
		expect(map('flow4')).toContain('40001');
		await ended(inside);
	});
});
