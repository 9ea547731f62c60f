/** What was reviewed, written as a policy file. */
import type { Imported } from './firejail.ts';
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

/** What was imported from a profile of firejail; the network is left to whoever reads it. */
export function importedText(
	name: string,
	{ files, programs, limits, madeCode, network, lines }: Imported,
	home: string,
): string {
	const short = (path: string): string =>
		quoted(isBeneath(path.replace(/(?<=.)\/$/, ''), home) ? `~${path.slice(home.length)}` : path);
	const text = [`name: ${name}`, 'about: imported from a profile of firejail', 'uses: [base]'];
	if (files.length > 0) text.push('files:', ...files.map(({ verb, path }) => `  - ${verb}: ${short(path)}`));
	for (const { fate, means } of lines) if (fate === 'withheld') text.push(`# withheld: ${means}`);
	if (network)
		text.push('# network: firejail leaves it open; say what it needs, or use web, names or p2p-client');
	if (programs.length > 0) text.push('programs:', `  - run: [${programs.map(quoted).join(', ')}]`);
	const limited = Object.entries(limits).map(([limit, amount]) => `${limit}: ${amount}`);
	if (limited.length > 0) text.push(`limits: { ${limited.join(', ')} }`);
	if (madeCode) text.push('made-code: deny');
	return `${text.join('\n')}\n`;
}
