/** Writes docs/networks.md, the list of what `watch` recognises, or (for the test) gives its table as text. */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Signature } from '../src/networks/signature.ts';
import { signatures } from '../src/watch/recognise/signatures.ts';

const page = resolve(import.meta.dirname, '../docs/networks.md');

const seen = {
	live: 'yes: live traffic of real programs',
	capture: 'yes: captures',
	read: 'no: read about only',
} as const;

/** The table, one row a network, in the order in which they are tried. */
export function table(): string {
	const rows = signatures.map((signature) => {
		const { network, title, source } = signature;
		const cells = [`\`${network}\``, title, looksAt(signature), ports(signature), seeds(signature)];
		return `| ${[...cells, source, seen[signature.seen]].join(' | ')} |`;
	});
	const head = '| network | what | looks at | usual ports | seeds | source | ever seen |';
	return [head, '|---|---|---|---|---|---|---|', ...rows].join('\n');
}

/** The table as it stands in the page. */
export function documented(): string | undefined {
	return /<!-- networks:begin -->\n([\s\S]*?)\n?<!-- networks:end -->/.exec(readFileSync(page, 'utf8'))?.[1];
}

function looksAt({ tcp, udp, http, follow }: Signature): string {
	const count = (list: readonly unknown[] | undefined, what: string) =>
		list === undefined || list.length === 0 ? [] : [`${list.length} ${what}`];
	const parts = [...count(tcp, 'TCP'), ...count(udp, 'UDP'), ...count(http, 'HTTP')];
	return `${parts.join(', ')}${follow === undefined ? '' : '; reads on for announcements'}`;
}

function ports({ tcpPorts, udpPorts }: Signature): string {
	const list = (name: string, of: readonly number[] | undefined) =>
		of === undefined || of.length === 0 ? [] : [`${name} ${ranges(of)}`];
	return [...list('TCP', tcpPorts), ...list('UDP', udpPorts)].join('; ') || '-';
}

/** 6881, 6882, 6883 is 6881-6883. */
function ranges(numbers: readonly number[]): string {
	const found: [number, number][] = [];
	for (const number of [...numbers].sort((a, b) => a - b)) {
		const last = found.at(-1);
		if (last !== undefined && last[1] === number - 1) last[1] = number;
		else found.push([number, number]);
	}
	return found.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

function seeds({ seeds: known }: Signature): string {
	const ranges = (known?.historicalRanges ?? []).map((range) => `${range} (2003)`);
	return [...(known?.names ?? []), ...ranges].join(', ') || '-';
}

if (process.argv[1] === import.meta.filename) {
	const text = readFileSync(page, 'utf8');
	const between = /<!-- networks:begin -->\n[\s\S]*<!-- networks:end -->/;
	writeFileSync(
		page,
		text.replace(between, () => `<!-- networks:begin -->\n${table()}\n<!-- networks:end -->`),
	);
}
