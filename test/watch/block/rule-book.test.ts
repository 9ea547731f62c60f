/** Rules, their numbers, classes and counts. */
import { describe, expect, it } from 'vitest';
import { mostTemporary, RuleBook } from '../../../src/watch/block/rule-book.ts';
import type { Policy } from '../../../src/watch/policy.ts';
import { readPolicy } from '../../../src/watch/policy-file.ts';
import {
	classCommands,
	emptyQueue,
	foreignQdisc,
	isOurs,
	type Qdisc,
	rootCommands,
} from '../../../src/watch/throttle/classes.ts';

const policy = readPolicy(
	`rules:
  - { name: slow, match: { network: any }, action: throttle, rate: 1mbit }
  - { name: slower, match: { by: port }, action: throttle, rate: 64kbit }
  - { name: as slow, match: { by: seed }, action: throttle, rate: 1mbit }
  - { name: stop, match: { host: 10.0.0.1 }, action: block }`,
	[],
) as Policy;
const target = { host: '10.0.0.7' };

describe('a book of rules', () => {
	it('gives equal rates one class, and each rule a number', () => {
		const book = new RuleBook(policy);
		expect(book.classes.map(({ minor, rateBits }) => [minor, rateBits])).toEqual([
			[0x20, 1_000_000],
			[0x21, 64_000],
		]);
		expect(book.rules.map(({ number, minor }) => [number, minor])).toEqual([
			[0, 0x20],
			[1, 0x21],
			[2, 0x20],
			[3, undefined],
		]);
	});

	it('counts on when the kernel begins at zero, and notices use', () => {
		const book = new RuleBook(policy);
		book.decided('slow', 1000);
		book.counted(0, 5, 500, 2000);
		book.recount();
		book.counted(0, 0, 0, 3000);
		const [slow] = book.counts(new Map([[0, 2]]), 3000);
		expect(slow).toMatchObject({ rule: 'slow', orders: 1, live: 2, packets: 5, bytes: 500, lastUse: 2000 });
		book.counted(0, 1, 100, 4000);
		expect(book.counts(new Map(), 4000)[0]).toMatchObject({ packets: 6, bytes: 600, lastUse: 4000 });
	});

	it('has temporary rules, one a target, until their time is over', () => {
		const book = new RuleBook(policy);
		const first = book.add({ target, action: 'block', until: 5000 }, 0)!;
		const second = book.add({ target, action: 'throttle', rateBits: 8000, until: 9000 }, 0)!;
		expect([first.rule.name, second.rule.name]).toEqual(['host 10.0.0.7, by hand', 'host 10.0.0.7, by hand']);
		expect(second.minor).toBe(0x22);
		expect(book.temporaries(0)).toEqual([{ target, action: 'throttle', rateBits: 8000, until: 9000 }]);
		expect(book.counts(new Map(), 0).at(-1)).toMatchObject({ until: 9000, target });
		expect(book.temporaries(9000)).toEqual([]);
		expect(book.remove('host 10.0.0.7, by hand')).toBeUndefined();
	});

	it('has room for so many temporary rules', () => {
		const book = new RuleBook(policy);
		const add = (number: number) =>
			book.add({ target: { host: `10.1.${number >> 8}.${number & 255}` }, action: 'block', until: 5000 }, 0);
		for (let number = 0; number < mostTemporary; number++) expect(add(number)).toBeDefined();
		expect(add(mostTemporary)).toBeUndefined();
		expect(book.add({ target, action: 'block', until: 9000 }, 5000)).toBeDefined();
	});
});

describe('classes', () => {
	const one = { minor: 0x20, rateBits: 256_000 };

	it('are given what full frames need beside their payload, and a queue for what is under way', () => {
		expect(classCommands('eth0', one)).toEqual([
			'class add dev eth0 parent 5350: classid 5350:20 htb rate 267783 ceil 267783 burst 3072 cburst 3072 quantum 1514',
			'qdisc add dev eth0 parent 5350:20 handle 6020: bfifo limit 4194304',
		]);
		expect(classCommands('eth0', { minor: 0x21, rateBits: 1e9 })[1]).toContain('bfifo limit 261506277');
	});

	it('get an empty queue under another handle each time', () => {
		const handles = [1, 2, 3].map((turn) => /handle (\w+:)/.exec(emptyQueue('eth0', one, turn))![1]);
		expect(handles).toEqual(['7020:', '6020:', '7020:']);
	});

	const qdisc = (more: Partial<Qdisc>): Qdisc => ({ kind: 'fq_codel', handle: '0:', dev: 'eth0', ...more });

	it('keep the kind of queue that the device had for everything else', () => {
		expect(rootCommands('eth0', [qdisc({})])[2]).toMatch(/parent 5350:10 fq_codel$/);
		expect(rootCommands('eth0', [qdisc({ kind: 'noqueue' })])[2]).toMatch(/pfifo limit 1000$/);
	});

	it('are not made where somebody has made others', () => {
		const ours = qdisc({ kind: 'htb', handle: '5350:', root: true });
		expect(isOurs(ours)).toBe(true);
		expect(foreignQdisc([ours, qdisc({ handle: '8001:' })], 'eth0')).toBeUndefined();
		const theirs = qdisc({ kind: 'htb', handle: '1:', root: true });
		expect(foreignQdisc([theirs], 'eth0')).toBe(theirs);
		expect(foreignQdisc([theirs], 'eth1')).toBeUndefined();
		expect(foreignQdisc([qdisc({}), qdisc({ kind: 'clsact', handle: 'ffff:' })], 'eth0')).toBeUndefined();
	});
});
