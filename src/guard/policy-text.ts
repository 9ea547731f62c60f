/** What was reviewed, written as a policy file. */
import { isBeneath } from './grants.ts';
import type { Reviewed } from './review.ts';

/** With what was withheld as comments. */
export function policyText(
	name: string,
	about: string,
	{ files, network, programs, sockets, withheld }: Reviewed,
	home: string,
): string {
	const short = (path: string): string =>
		quoted(isBeneath(path, home) ? `~${path.slice(home.length)}` : path);
	const lines = [`name: ${name}`, `about: ${quoted(about)}`, 'uses: [base]'];
	if (files.length > 0)
		lines.push(
			'files:',
			...files.map(
				({ verb, path, seen }) => `  - ${verb}: ${short(path)}${seen > 1 ? `   # ${seen} files` : ''}`,
			),
		);
	for (const { path, verb, why } of withheld) lines.push(`#  - ${verb}: ${short(path)}   # withheld: ${why}`);
	if (network.length + sockets.length > 0) lines.push('network:');
	for (const { direction, protocol, hosts, ports } of network)
		lines.push(
			`  - ${direction}: [${hosts.map(quoted).join(', ')}]`,
			`    ports: [${ports.join(', ')}]`,
			`    protocol: ${protocol}`,
		);
	for (const path of sockets) lines.push(`  - socket: ${short(path)}`);
	if (programs.length > 0) lines.push('programs:', `  - run: [${programs.map(short).join(', ')}]`);
	return `${lines.join('\n')}\n`;
}

/** A text that YAML reads as what it is. */
function quoted(text: string): string {
	return /^[a-zA-Z0-9/~._-][a-zA-Z0-9/~._ -]*$/.test(text) && !/^[0-9.]+$|\s$/.test(text)
		? text
		: JSON.stringify(text);
}
