/** Networks keep their colour whatever is filtered: by the order in which they were first seen. */
const tokens = ['--net-1', '--net-2', '--net-3', '--net-4', '--net-5', '--net-6', '--net-7', '--net-8'];
const known: string[] = [];

/** Name of a token of theme.css. An empty network is what is no peer-to-peer. */
export function colourOf(network: string): string {
	if (network === '') return '--net-none';
	if (!known.includes(network)) known.push(network);
	return tokens[known.indexOf(network) % tokens.length]!;
}
