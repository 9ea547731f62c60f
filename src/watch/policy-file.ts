/** Reads a policy (policy.ts says what is in it). Whatever is wrong is told with its line. */
import { type Document, isMap, isNode, isScalar } from 'yaml';
import { z } from 'zod';
import { bytesOf, hoursOf, rateOf, secondsOf } from '../policy/amounts.ts';
import { portsOf } from '../policy/ports.ts';
import { type Range, rangeOf } from '../policy/ranges.ts';
import { type PolicyRefusal, parsePolicy, refusalOf } from '../policy/reading.ts';
import type { Action, Policy, Rule } from './policy.ts';

const malformed = 'watch.policy.malformed';
const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16', '127.0.0.0/8'];
const privateRanges6 = ['fc00::/7', 'fe80::/10', '::1'];
export const localByDefault: readonly Range[] = [...privateRanges, ...privateRanges6].map(
	(text) => rangeOf(text)!,
);
const tenMinutes = 600;
const mostRules = 1000;

/** `networks`: the names that verdicts may have; another one in a rule is a fault. */
export function readPolicy(text: string, networks: readonly string[]): Policy | PolicyRefusal {
	const { document, lines, faults } = parsePolicy(text);
	if (faults.length > 0) return refusalOf(malformed, faults);
	const found = shapeOf(networks).safeParse(plainOf(document) ?? {});
	if (found.success) return { local: found.data.local, rules: found.data.rules.map(ruleOf) };
	return refusalOf(
		malformed,
		found.error.issues
			.map(told)
			.map(({ path, message }) => ({ line: lines.linePos(offsetOf(document, path)).line, message })),
	);
}

/** An alias that names too much (or nothing) throws. */
function plainOf(document: Document): unknown {
	try {
		return document.toJS();
	} catch {
		return 'an alias that cannot be followed';
	}
}

interface Issue {
	readonly path: readonly PropertyKey[];
	readonly message: string;
}

/** Of an unknown key, the key. */
function told(issue: z.core.$ZodIssue): Issue {
	if (issue.code === 'unrecognized_keys')
		return { path: [...issue.path, issue.keys[0]!], message: `"${issue.keys[0]}" is not known here` };
	return { path: issue.path, message: named(issue.path, issue.message) };
}

function named(path: readonly PropertyKey[], message: string): string {
	const key = path.findLast((part) => typeof part === 'string');
	return key === undefined ? message : `${key}: ${message}`;
}

/** Where the last part of the path that is there stands: its key, or the value itself in a list. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
	for (let length = path.length; length > 0; length--) {
		const parent = document.getIn(path.slice(0, length - 1), true);
		const last = path[length - 1];
		const pair = isMap(parent)
			? parent.items.find(({ key }) => isScalar(key) && String(key.value) === last)
			: undefined;
		const node = pair?.key ?? document.getIn(path.slice(0, length), true);
		if (isNode(node) && node.range) return node.range[0];
	}
	return document.contents?.range?.[0] ?? 0;
}

/** One value, or a list of them. */
function some<T extends z.ZodType>(one: T): z.ZodType<z.output<T>[]> {
	const list = z.array(one).min(1, 'must not be empty');
	return z.preprocess((value) => (Array.isArray(value) ? value : [value]), list) as never;
}

function oneOf<const T extends readonly string[]>(...words: T): z.ZodType<T[number]> {
	return z.enum(words, `must be one of ${words.join(', ')}`) as never;
}

function read<T>(what: string, reader: (text: string) => T | undefined): z.ZodType<T> {
	return z.union([z.string(), z.number()], `must be ${what}`).transform((value, context) => {
		const found = reader(String(value));
		if (found !== undefined) return found;
		context.addIssue({ code: 'custom', message: `"${value}" is not ${what}` });
		return z.NEVER;
	}) as never;
}

/** It stands in nftables' comments and in our lines. */
const nameShape = z
	.string('must be a text')
	.regex(/^[^\p{C}"\\]{1,60}$/u, 'must have 1 to 60 characters, without quotes and backslashes');

function shapeOf(networks: readonly string[]) {
	const known = `a network that is known here: any, ${networks.join(', ')}`;
	const network = read(known, (text) => (text === 'any' || networks.includes(text) ? text : undefined));
	const range = read('an address or a range such as 10.0.0.0/8', rangeOf);
	const match = z.strictObject(
		{
			network: some(network).optional(),
			by: some(oneOf('payload', 'seed', 'learned', 'behaviour', 'port')).optional(),
			host: range.optional(),
			direction: oneOf('in', 'out').optional(),
			hours: read('hours such as 22:00-07:00', hoursOf).optional(),
			over: read('a size such as 100MB', bytesOf).optional(),
		},
		'must be conditions such as { network: gnutella }',
	);
	const rule = z
		.strictObject({
			name: nameShape,
			match: match.default({}),
			action: oneOf('log', 'throttle', 'block', 'permit-only'),
			rate: read('a rate from 8kbit to 100gbit, such as 256kbit', rateOf).optional(),
			for: read('a time from 1s to 30d, such as 10m', secondsOf).optional(),
			ports: some(read('a port such as 443, or ports such as 6000-6010', portsOf)).optional(),
		})
		.superRefine(whole);
	return z.strictObject({
		local: some(range).default([...localByDefault]),
		rules: z.array(rule, 'must be a list of rules').max(mostRules).superRefine(unique),
	});
}

type Written = { readonly match: object; readonly action: Action } & Readonly<Record<string, unknown>>;

/** What an action needs, and what it cannot have. */
function whole(rule: Written, context: z.RefinementCtx): void {
	const issue = (message: string, ...path: string[]): void =>
		context.addIssue({ code: 'custom', message, path });
	const { action, match } = rule;
	const own = { rate: ['throttle'], ports: ['permit-only'], for: ['throttle', 'block'] };
	for (const [key, actions] of Object.entries(own))
		if (rule[key] !== undefined && !actions.includes(action)) issue(`does not go with ${action}`, key);
	if (action === 'throttle' && rule['rate'] === undefined) issue('throttle needs a rate', 'action');
	if (action === 'permit-only') {
		if (rule['ports'] === undefined) issue('permit-only needs ports', 'action');
		for (const key of Object.keys(match))
			if (key !== 'host' && key !== 'direction')
				issue('permit-only can ask for host and direction only', 'match', key);
	} else if (action !== 'log' && Object.keys(match).length === 0) {
		issue(`would ${action} every flow: name at least one condition`, 'action');
	}
}

function unique(rules: readonly { name: string }[], context: z.RefinementCtx): void {
	const seen = new Set<string>();
	for (const [index, { name }] of rules.entries()) {
		if (seen.has(name))
			context.addIssue({ code: 'custom', message: `another rule has this name`, path: [index, 'name'] });
		seen.add(name);
	}
}

function ruleOf(written: z.output<ReturnType<typeof shapeOf>>['rules'][number]): Rule {
	const { name, match, action, rate, ports = [] } = written;
	const conditions = Object.fromEntries(Object.entries(match).filter(([, value]) => value !== undefined));
	const rule = { name, match: conditions, action, seconds: written.for ?? tenMinutes, ports };
	return rate === undefined ? rule : { ...rule, rateBits: rate };
}
