/** Rules for Suricata 6 and later: content of the networks, and questions for names of their seeds. */
import type { Content } from '../../../networks/signature.ts';
import { contentRulesOf, type NumberedRule, type SeedName, seedNamesOf } from './content.ts';
import { headingOf } from './heading.ts';
import type { Refused } from './refused.ts';

export function writeSuricata(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '#',
		format: 'suricata',
		load: [
			'Load: name the file under "rule-files" in suricata.yaml; test: suricata -T -S FILE',
			'"drop" drops where Suricata is inline, and alerts elsewhere.',
		],
	});
	return [
		...head,
		...contentRulesOf(refused.networks).map(content),
		...seedNamesOf(refused.networks).map(name),
		'',
	].join('\n');
}

function content(rule: NumberedRule): string {
	const { transport, contents, size, network, what, sid } = rule;
	const flow = flowOf(rule);
	return `drop ${transport} any any -> any any (${[
		`msg:"SALLYPORT ${network} ${what}"`,
		...(flow === '' ? [] : [`flow:${flow}`]),
		...(size === undefined ? [] : [`dsize:${size}`]),
		...contents.flatMap(part),
		...end(network, sid),
	].join('; ')};)`;
}

function name({ name: text, network, sid }: SeedName): string {
	return `drop dns any any -> any any (${[
		`msg:"SALLYPORT ${network} question for ${text}"`,
		'dns.query',
		'dotprefix',
		`content:".${text}"`,
		'endswith',
		'nocase',
		...end(network, sid),
	].join('; ')};)`;
}

function end(network: string, sid: number): string[] {
	return ['classtype:policy-violation', `metadata:p2p_network ${network}`, `sid:${sid}`, 'rev:1'];
}

/** The same words in Suricata and Snort. */
export function flowOf({ transport, by }: NumberedRule): string {
	const side = by === undefined ? [] : [by === 'opener' ? 'to_server' : 'to_client'];
	return [...(transport === 'tcp' ? ['established'] : []), ...side].join(',');
}

function part({ bytes, offset = 0, within, anyCase }: Content): string[] {
	return [
		`content:"${contentText(bytes)}"`,
		`offset:${offset}`,
		`depth:${within ?? bytes.length}`,
		...(anyCase ? ['nocase'] : []),
	];
}

/** Letters, digits and a few signs as they are, everything else in hexadecimal between bars. */
export function contentText(bytes: string): string {
	return bytes.replace(/[^A-Za-z0-9 ./_-]+/g, (run) => {
		const hex = [...run].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase());
		return `|${hex.join(' ')}|`;
	});
}
