/** The table's text, read by the real program, which changes nothing (`nft --check`) in a namespace of its own. */
import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf } from '../../../src/policy/ranges.ts';
import { addElements, removeElements } from '../../../src/watch/block/elements.ts';
import { managementOf } from '../../../src/watch/block/management.ts';
import {
	clearText,
	laterRule,
	type Numbered,
	type TableOf,
	tableText,
} from '../../../src/watch/block/table.ts';
import type { Rule } from '../../../src/watch/policy.ts';

const whyNot = reason();
if (whyNot !== undefined) console.log(`The text of the table is not read by nft: ${whyNot}`);

function reason(): string | undefined {
	const { error, status, stderr } = spawnSync('unshare', ['-n', 'nft', 'list', 'ruleset'], {
		encoding: 'utf8',
	});
	return error?.message ?? (status === 0 ? undefined : stderr.trim());
}

/** What nft has against it. */
function faults(text: string): string {
	const { stderr } = spawnSync('unshare', ['-n', 'nft', '-c', '-f', '-'], { encoding: 'utf8', input: text });
	return stderr;
}

/** The same, with devices that the text names. */
function faultsWithDevices(text: string): string {
	const script = 'ip link add a0 type veth && ip link add sallyport-ifb type ifb && nft -c -f -';
	return spawnSync('unshare', ['-n', 'sh', '-c', script], { encoding: 'utf8', input: text }).stderr;
}

const rule = (more: Partial<Rule>): Rule => ({
	name: 'a rule',
	match: {},
	action: 'block',
	seconds: 600,
	ports: [],
	...more,
});
const rules: readonly Numbered[] = [
	{ number: 0, rule: rule({ action: 'log' }) },
	{ number: 1, rule: rule({ name: 'no peers “at night”' }) },
	{ number: 2, rule: rule({ action: 'throttle', rateBits: 256_000 }), minor: 0x20 },
	{ number: 3, rule: rule({ action: 'log', match: { host: rangeOf('10.0.0.5')!, direction: 'in' } }) },
	{
		number: 4,
		rule: rule({
			action: 'permit-only',
			match: { host: rangeOf('2001:db8::/32')!, direction: 'out' },
			ports: [
				[6000, 6010],
				[80, 80],
				[6005, 6020],
				[6021, 6021],
			],
		}),
	},
];
const table: TableOf = {
	rules,
	local: ['10.0.0.0/8', '10.0.0.0/16', '::1', 'fc00::/7'].map((text) => rangeOf(text)!),
	management: managementOf(
		['10.9.9.9 50000 10.0.0.1 22', '2001:db8::9 50000 2001:db8::1 22'],
		['10.0.0.254'],
	),
	shaped: 'a0',
	elements: [
		{ family: 'inet', map: 'flow4', key: '10.0.0.1 . 1 . 10.0.0.2 . 2 . tcp', rule: 1, seconds: 600 },
		{ family: 'inet', map: 'host6', key: '2001:db8::7', rule: 1, seconds: 5 },
		{ family: 'netdev', map: 'flow6', key: '::1 . 1 . ::2 . 65535 . udp', rule: 2, seconds: 2_592_000 },
	],
};

describe.skipIf(whyNot !== undefined)('nft takes', () => {
	it('the whole table: all actions, conditions of both versions, elements', () => {
		expect(faultsWithDevices(tableText(table))).toBe('');
		// It would find a fault.
		expect(faultsWithDevices(tableText(table).replace('vmap @rules', 'vmap @nothing'))).toContain('nothing');
	});

	it('the table where there is no tc, and one without any rule', () => {
		const text = tableText({ ...table, shaped: undefined, elements: [] });
		expect(text).toContain('limit rate over');
		expect(text).not.toContain('netdev sallyport {');
		expect(faults(text)).toBe('');
		expect(faults(tableText({ ...table, shaped: undefined, rules: [], local: [], elements: [] }))).toBe('');
	});

	it('a rule that comes later, and elements that change and go', () => {
		const later: Numbered = { number: 9, rule: rule({ action: 'throttle', rateBits: 8000 }), minor: 0x21 };
		const [first] = table.elements;
		const lines = [
			...laterRule(later, 'a0'),
			...removeElements([first!]),
			...addElements([{ ...first!, rule: 9 }]),
			...removeElements([{ ...first!, rule: 9 }]),
		];
		expect(faultsWithDevices(`${tableText(table)}\n${lines.join('\n')}\n`)).toBe('');
	});

	it('its removal, whether it is there or not', () => {
		expect(faults(clearText)).toBe('');
		expect(faultsWithDevices(tableText(table) + clearText)).toBe('');
	});

	it('any name of a rule as a comment, and no name becomes a command', () => {
		const names = fc.string({ unit: 'binary', minLength: 1, maxLength: 60 });
		fc.assert(
			fc.property(fc.array(names, { minLength: 30, maxLength: 30 }), (many) => {
				const numbered = many.map((name, number) => ({ number, rule: rule({ name }) }));
				const text = tableText({ ...table, shaped: undefined, rules: numbered, elements: [] });
				expect(faults(text)).toBe('');
			}),
			{ numRuns: 20 },
		);
	});
});

describe('the table', () => {
	it('lets the sessions that manage this machine pass before anything else', () => {
		const orders = /chain orders \{([^}]*)\}/.exec(tableText(table))![1]!.trim().split(/\n\s*/);
		expect(orders.slice(0, 4)).toEqual([
			'ip saddr 10.9.9.9 ip daddr 10.0.0.1 tcp dport 22 accept',
			'ip saddr 10.0.0.1 ip daddr 10.9.9.9 tcp sport 22 accept',
			'ip6 saddr 2001:db8::9 ip6 daddr 2001:db8::1 tcp dport 22 accept',
			'ip6 saddr 2001:db8::1 ip6 daddr 2001:db8::9 tcp sport 22 accept',
		]);
	});

	it('joins ports that touch, since nft takes none that overlap', () => {
		expect(tableText(table)).toContain('th dport != { 80, 6000-6021 } goto rule_4');
	});

	it('resets blocked TCP and drops the rest; slows down by a class where there is tc', () => {
		const chain = (number: number, text: string) =>
			new RegExp(`chain rule_${number} \\{\\s*([^}]*?)\\s*\\}`).exec(text)![1]!.split(/\n\s*/);
		expect(chain(1, tableText(table))).toEqual([
			'tcp flags & rst == rst accept',
			'counter name rule_1 comment "no peers “at night”"',
			'meta l4proto tcp reject with tcp reset',
			'drop',
		]);
		expect(chain(2, tableText(table)).slice(1)).toEqual(['meta priority set 5350:20']);
	});
});
