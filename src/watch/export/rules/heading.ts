/** The comment that every exported file begins with: what it refuses, what it leaves out, how to load it. */
import type { Refused } from './refused.ts';

export interface Heading {
	/** What begins a comment. */
	readonly mark: string;
	readonly format: string;
	/** How to load it. */
	readonly load: readonly string[];
	/** Of a format that lists addresses: how many fit. */
	readonly most?: number;
}

export function headingOf(
	{ peers, servents, networks, programs, notes, perHost }: Refused,
	{ mark, format, load, most }: Heading,
): string[] {
	const said = [
		`Made by "sallyport watch --export ${format}"`,
		`Networks: ${networks.join(', ') || 'none'}`,
		...(programs.length === 0 ? [] : [`Programs seen: ${programs.join(', ')}`]),
	];
	if (most === undefined) {
		if (perHost) said.push('The policy names hosts; these rules do not know them and hold for everybody.');
	} else {
		said.push(...cut('peer', peers.length, most), ...cut('servent', servents.length, most));
	}
	return [...said, ...notes, ...load].map((line) => `${mark} ${line}`);
}

function cut(one: string, number: number, most: number): string[] {
	const what = `${one}${number === 1 ? '' : 's'}`;
	return number <= most
		? [`${number} ${what}`]
		: [`${most} of ${number} ${what}, most flows first: ${number - most} are cut`];
}
