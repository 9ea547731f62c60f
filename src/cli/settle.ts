/** Where the value of an option comes from: flag, then variable, then configuration file, then default. */
import { UsageError } from './context.ts';
import type { OptionSpec } from './spec.ts';
import { nameOf, takesValue, variableOf } from './tree.ts';

/** What was written behind the flags: text, several texts, or true for a switch. */
export type Flags = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

export function settle(
	options: readonly OptionSpec[],
	flags: Flags,
	variables: Readonly<Record<string, string | undefined>>,
	config: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
	return Object.fromEntries(
		options.map((option) => {
			const name = nameOf(option);
			const key = keyOf(name);
			const value =
				fromFlag(option, flags[key]) ?? fromVariable(option, variables) ?? fromConfig(option, config[name]);
			return [key, value ?? option.default];
		}),
	);
}

/** `limit-up` is `limitUp` in the program, as commander has it. */
export function keyOf(name: string): string {
	return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function fromFlag(option: OptionSpec, said: Flags[string]): unknown {
	if (said === undefined || typeof said === 'boolean') return said;
	const texts = typeof said === 'string' ? [said] : said;
	return read(option, texts, `--${nameOf(option)}`);
}

function fromVariable(option: OptionSpec, variables: Readonly<Record<string, string | undefined>>): unknown {
	const name = variableOf(option);
	const text = variables[name];
	if (text === undefined || text === '') return undefined;
	return read(option, option.separator === undefined ? [text] : text.split(option.separator), name);
}

function read(option: OptionSpec, texts: readonly string[], where: string): unknown {
	try {
		return option.separator === undefined
			? option.read(texts.at(-1)!)
			: texts.flatMap((text) => readEach(option, text));
	} catch (error) {
		throw new UsageError(`${where}: ${(error as Error).message}.`);
	}
}

/** `--networks a,b` is a list in one flag; `--share` names one folder, which may hold a colon. */
function readEach(option: OptionSpec, text: string): unknown[] {
	const parts = option.separator === ',' ? text.split(',') : [text];
	return parts.filter((part) => part !== '').map(option.read);
}

/** Scalars of the file are read as the flags are. */
function fromConfig(option: OptionSpec, value: unknown): unknown {
	if (value === undefined) return undefined;
	try {
		if (option.separator === undefined) return readScalar(option, value as Scalar);
		return (Array.isArray(value) ? value : [value]).flatMap((one: Scalar) => readEach(option, String(one)));
	} catch (error) {
		throw new UsageError(`${nameOf(option)} in the configuration file: ${(error as Error).message}.`);
	}
}

type Scalar = string | number | boolean;

export function readScalar(option: OptionSpec, value: Scalar): unknown {
	if (!takesValue(option) && typeof value === 'boolean') return value;
	return option.read(String(value));
}
