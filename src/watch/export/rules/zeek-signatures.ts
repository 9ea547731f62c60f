/**
 * A signature file of Zeek. Its expressions are tied to the beginning of a direction's payload; `.` does not match
 * a line end there, so any byte is written as a class. Bytes that may lie anywhere have no upper bound: counted
 * repetitions of hundreds make Zeek's automata huge.
 */
import type { Content } from '../../../networks/signature.ts';
import { contentRulesOf, type NumberedRule, type SeedName, seedNamesOf } from './content.ts';
import { headingOf } from './heading.ts';
import type { Refused } from './refused.ts';

const any = '[\\x00-\\xff]';

export function writeZeekSignatures(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '#',
		format: 'zeek',
		load: [
			'Load: "@load-sigs ./FILE.sig" in local.zeek, or zeek -s FILE.sig -r CAPTURE',
			'Matches are in signatures.log. Zeek blocks nothing by itself.',
		],
	});
	return [
		...head,
		...contentRulesOf(refused.networks).flatMap(content),
		...seedNamesOf(refused.networks).flatMap(name),
		'',
	].join('\n');
}

function content({ transport, by, contents, size, network, what, sid }: NumberedRule): string[] {
	const side = by === undefined ? [] : [by === 'opener' ? 'originator' : 'responder'];
	const states = [...(transport === 'tcp' ? ['established'] : []), ...side];
	const fixed = contents.filter(({ within }) => within === undefined);
	const free = contents.filter(({ within }) => within !== undefined);
	return signature(sid, [
		`ip-proto == ${transport}`,
		...(states.length === 0 ? [] : [`${transport}-state ${states.join(',')}`]),
		...(size === undefined ? [] : [`payload-size == ${size}`]),
		...(fixed.length === 0 ? [] : [`payload /${inOrder(fixed)}/`]),
		...free.map((one) => `payload /${gap(one.offset ?? 0)}${any}*${expression(one)}/`),
		`event "SALLYPORT ${network} ${what}"`,
	]);
}

function name({ name: text, network, sid }: SeedName): string[] {
	const bytes = `${text
		.split('.')
		.map((label) => String.fromCharCode(label.length) + label)
		.join('')}\0`;
	return signature(sid, [
		'ip-proto == udp',
		'dst-port == 53',
		`payload /${gap(12)}${any}*${expression({ bytes, anyCase: true })}/`,
		`event "SALLYPORT ${network} question for ${text}"`,
	]);
}

function signature(sid: number, lines: readonly string[]): string[] {
	return [`signature sallyport-${sid} {`, ...lines.map((line) => `  ${line}`), '}'];
}

/** Contents at their places, from the first to the last. */
function inOrder(contents: readonly Content[]): string {
	let at = 0;
	let text = '';
	for (const one of [...contents].sort((a, b) => (a.offset ?? 0) - (b.offset ?? 0))) {
		text += gap((one.offset ?? 0) - at) + expression(one);
		at = (one.offset ?? 0) + one.bytes.length;
	}
	return text;
}

function gap(length: number): string {
	return length === 0 ? '' : `${any}{${length}}`;
}

/** Letters and digits as they are, everything else in hexadecimal. */
function expression({ bytes, anyCase }: Content): string {
	return [...bytes]
		.map((one) => {
			if (anyCase && /[A-Za-z]/.test(one)) return `[${one.toLowerCase()}${one.toUpperCase()}]`;
			if (/[A-Za-z0-9]/.test(one)) return one;
			return `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`;
		})
		.join('');
}
