/** Terms of a filter, as buttons and charts put them there and take them out again. */

const term = /(?:[^\s"]|"[^"]*"?)+/g;

export function split(filter: string): string[] {
	return filter.match(term) ?? [];
}

/** `field=value`; a value with spaces or quotes is quoted, without its own quotes. */
export function exactly(field: string, value: string): string {
	return /[\s"]/.test(value) ? `${field}="${value.replaceAll('"', '')}"` : `${field}=${value}`;
}

/** With the term. Its opposite goes: what was left out is wanted now. */
export function added(filter: string, one: string): string {
	const opposite = one.startsWith('-') ? one.slice(1) : `-${one}`;
	return [...split(filter).filter((other) => other !== one && other !== opposite), one].join(' ');
}

export function without(filter: string, one: string): string {
	return split(filter)
		.filter((other) => other !== one)
		.join(' ');
}

export function holds(filter: string, one: string): boolean {
	return split(filter).includes(one);
}

/** `time=BEGIN-END`, in milliseconds of the capture. */
export function readTime(text: string | undefined): { begin: number | undefined; end: number | undefined } {
	const found = /^(\d{1,16}(?:\.\d{1,6})?)-(\d{1,16}(?:\.\d{1,6})?)$/.exec(text ?? '');
	return {
		begin: found === null ? undefined : Number(found[1]),
		end: found === null ? undefined : Number(found[2]),
	};
}
