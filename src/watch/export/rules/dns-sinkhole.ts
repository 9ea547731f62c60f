/**
 * Names of seeds that a resolver no longer answers for: the talk's way with AudioGalaxy, whose satellites found
 * their server by its name alone. For unbound as it is; the same for dnsmasq stands in comments that begin with
 * "#dnsmasq", as neither reads the other's form.
 *
 * Only names of our own lists are refused. A host that a web cache request named could be any site of the world: such
 * names are comments, for a person to decide.
 */
import { seedNamesOf } from './content.ts';
import { headingOf } from './heading.ts';
import type { Refused } from './refused.ts';

export function writeDnsSinkhole(refused: Refused): string {
	const head = headingOf(refused, {
		mark: '#',
		format: 'dns-sinkhole',
		load: [
			'unbound: copy it to /etc/unbound/unbound.conf.d/; test: unbound-checkconf',
			"dnsmasq: sed -n 's/^#dnsmasq //p' FILE > /etc/dnsmasq.d/p2p.conf; test: dnsmasq --test",
			'The names and all below them do not exist any more (NXDOMAIN).',
		],
	});
	const names = seedNamesOf(refused.networks);
	const known = new Set(names.map(({ name }) => name));
	const said = refused.saidNames.filter((name) => !known.has(name));
	return [
		...head,
		'server:',
		...names.map(({ name, network }) => `\tlocal-zone: "${name}." always_nxdomain # ${network}`),
		...names.map(({ name }) => `#dnsmasq address=/${name}/`),
		...said.map((name) => `# A conversation named this seed; not refused, look first: ${name}`),
		'',
	].join('\n');
}
