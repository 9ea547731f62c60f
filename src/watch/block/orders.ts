/** What is ordered of the kernel: flows and hosts that are blocked or slowed down for a time, and by which rule. */
import { singleOf } from '../../policy/ranges.ts';

export interface FiveTuple {
	readonly source: string;
	readonly sourcePort: number;
	readonly destination: string;
	readonly destinationPort: number;
	readonly protocol: 'tcp' | 'udp';
}

export type Target = { readonly flow: FiveTuple } | { readonly host: string };

/** The name of the map that a target stands in, and its keys there: a flow has one a direction. */
export interface Keys {
	readonly map: 'flow4' | 'flow6' | 'host4' | 'host6';
	readonly keys: readonly string[];
}

/** undefined: an address that is none, or two of different versions, or a port that is none. */
export function keysOf(target: Target): Keys | undefined {
	if ('host' in target) {
		const host = singleOf(target.host);
		if (host === undefined) return undefined;
		return { map: host.version === 4 ? 'host4' : 'host6', keys: [host.text] };
	}
	const { source, sourcePort, destination, destinationPort, protocol } = target.flow;
	const [from, to] = [singleOf(source), singleOf(destination)];
	if (from === undefined || to === undefined || from.version !== to.version) return undefined;
	if (![sourcePort, destinationPort].every((port) => Number.isInteger(port) && port >= 0 && port < 65_536))
		return undefined;
	if (protocol !== 'tcp' && protocol !== 'udp') return undefined;
	return {
		map: from.version === 4 ? 'flow4' : 'flow6',
		keys: [
			`${from.text} . ${sourcePort} . ${to.text} . ${destinationPort} . ${protocol}`,
			`${to.text} . ${destinationPort} . ${from.text} . ${sourcePort} . ${protocol}`,
		],
	};
}

/** The same for a flow from both its ends. */
export function nameOf({ map, keys }: Keys): string {
	return `${map} ${keys.toSorted()[0]}`;
}

/** As a person reads it. */
export function targetText(target: Target): string {
	if ('host' in target) return `host ${target.host}`;
	const { source, sourcePort, destination, destinationPort, protocol } = target.flow;
	const end = (host: string, port: number): string =>
		host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
	return `${protocol} ${end(source, sourcePort)} - ${end(destination, destinationPort)}`;
}
