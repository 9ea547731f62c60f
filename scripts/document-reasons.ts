/** Writes the table of reasons into docs/evidence.md, or (for the test) gives it as text. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { reasons } from '../src/evidence/reasons.ts';

const page = resolve(import.meta.dirname, '../docs/evidence.md');

/** The table, one row a reason, by code. */
export function table(): string {
	const rows = [...reasons]
		.sort((a, b) => (a.code < b.code ? -1 : 1))
		.map(({ code, short, sentence, fault }) => `| \`${code}\` | ${short} | ${sentence} | ${fault} |`);
	return ['| code | in short | what happened | whose fault |', '|---|---|---|---|', ...rows].join('\n');
}

/** The table as it stands in the page. */
export function documented(): string | undefined {
	return /<!-- reasons:begin -->\n([\s\S]*?)\n?<!-- reasons:end -->/.exec(readFileSync(page, 'utf8'))?.[1];
}

if (process.argv[1] === import.meta.filename) {
	const text = readFileSync(page, 'utf8');
	const between = /<!-- reasons:begin -->\n[\s\S]*<!-- reasons:end -->/;
	writeFileSync(
		page,
		text.replace(between, () => `<!-- reasons:begin -->\n${table()}\n<!-- reasons:end -->`),
	);
}
