/** Rules for Snort 3: content of the networks, and questions for names of their seeds as DNS writes them. */
import type { Content } from '../../../networks/signature.ts';
import { contentRulesOf, type NumberedRule, type SeedName, seedNamesOf } from './content.ts';
import { headingOf } from './heading.ts';
import type { Refused } from './refused.ts';
import { contentText, flowOf } from './suricata.ts';

/** A question's name follows the header. */
const dnsHeader = 12;
const longestName = 255;

export function writeSnort(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '#',
		format: 'snort',
		load: [
			'For Snort 3. Load: snort -c snort.lua -R FILE; test: add -T',
			'"drop" drops where Snort is inline, and alerts elsewhere.',
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
	return `drop ${transport} any any -> any any ( ${[
		`msg:"SALLYPORT ${network} ${what}"`,
		...(flow === '' ? [] : [`flow:${flow}`]),
		...(size === undefined ? [] : [`dsize:${size}`]),
		...contents.map(part),
		...end(network, sid),
	].join('; ')}; )`;
}

/** Each label has its length before it, and a zero ends the name: `|07|napster|03|com|00|`. */
function name({ name: text, network, sid }: SeedName): string {
	const labels = text.split('.').map((label) => String.fromCharCode(label.length) + label);
	const bytes = `${labels.join('')}\0`;
	return `drop udp any any -> any 53 ( ${[
		`msg:"SALLYPORT ${network} question for ${text}"`,
		'flow:to_server',
		part({ bytes, offset: dnsHeader, within: longestName, anyCase: true }),
		...end(network, sid),
	].join('; ')}; )`;
}

function end(network: string, sid: number): string[] {
	return ['classtype:policy-violation', `metadata:p2p_network ${network}`, `sid:${sid}`, 'rev:1'];
}

function part({ bytes, offset = 0, within, anyCase }: Content): string {
	const places = [`offset ${offset}`, `depth ${within ?? bytes.length}`, ...(anyCase ? ['nocase'] : [])];
	return `content:"${contentText(bytes)}",${places.join(',')}`;
}
