/**
 * The configuration file: YAML, one key an option, named as the flag. An unknown key, or a value that
 * its flag would not take, is refused with the line.
 *
 *   scope: lan
 *   share: [/srv/talks, /srv/music]
 *   password: for an API that others reach
 */
import { readFileSync } from 'node:fs';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { UsageError } from './context.ts';
import { readScalar } from './settle.ts';
import type { OptionSpec } from './spec.ts';
import { commands, globalOptions, nameOf } from './tree.ts';

const scalar = z.union([z.string(), z.number(), z.boolean()], 'is a text, a number, true or false');

/** What the flags of this name would take; where commands share a name, one of them must take it. */
function shapeOf(options: readonly OptionSpec[]): z.ZodType {
	const several = options.some(({ separator }) => separator !== undefined);
	const one = scalar.transform((value, context) => {
		const sentences: string[] = [];
		for (const option of options) {
			try {
				readScalar(option, value);
				return value;
			} catch (error) {
				sentences.push((error as Error).message);
			}
		}
		context.addIssue({ code: 'custom', message: sentences[0]! });
		return z.NEVER;
	});
	return several ? z.union([z.array(one), one.transform((value) => [value])]) : one;
}

function schema(): z.ZodType<Record<string, unknown>> {
	const byName = new Map<string, OptionSpec[]>();
	for (const option of [...globalOptions, ...commands.flatMap(({ options }) => options)]) {
		const name = nameOf(option);
		if (name !== 'config') byName.set(name, [...(byName.get(name) ?? []), option]);
	}
	const shape = Object.fromEntries([...byName].map(([name, options]) => [name, shapeOf(options).optional()]));
	return z.strictObject({ ...shape, password: z.string().min(1).optional() }) as never;
}

/** Texts, numbers and switches as they are written, or lists of them. Throws UsageError with `file:line`. */
export function readConfig(path: string): Record<string, unknown> {
	let text: string;
	try {
		text = readFileSync(path, 'utf8');
	} catch (error) {
		throw new UsageError(`--config ${path} cannot be read: ${(error as Error).message}.`);
	}
	const lines = new LineCounter();
	const document = parseDocument(text, { lineCounter: lines });
	const [broken] = document.errors;
	if (broken !== undefined) throw at(path, lines.linePos(broken.pos[0]).line, broken.message.split('\n')[0]!);
	const read = schema().safeParse(document.toJS() ?? {});
	if (read.success) return read.data;
	const [issue] = read.error.issues;
	throw explain(path, document, lines, issue!);
}

function explain(path: string, document: Document, lines: LineCounter, issue: z.core.$ZodIssue): UsageError {
	const unknown = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
	const key = unknown ?? String(issue.path[0] ?? '');
	const pair = isMap(document.contents)
		? document.contents.items.find((item) => isScalar(item.key) && String(item.key.value) === key)
		: undefined;
	const start = pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : 0;
	const what = unknown === undefined ? `${key}: ${deepest(issue)}` : `"${unknown}" is not an option`;
	return at(path, lines.linePos(start ?? 0).line, what);
}

/** Of a union, the issue of the form that came nearest. */
function deepest(issue: z.core.$ZodIssue): string {
	if (issue.code !== 'invalid_union') return issue.message;
	const all = issue.errors.flat();
	return deepest(
		all.find(({ code }) => code === 'custom') ?? all[0] ?? ({ ...issue, code: 'custom' } as never),
	);
}

function at(path: string, line: number, what: string): UsageError {
	return new UsageError(`${path}:${line}: ${what}.`);
}
