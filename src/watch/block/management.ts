/**
 * Who manages this machine, so that nobody locks himself out: the two ends of SSH sessions, and the gateways. Rules
 * that name a host which is one of these are refused; beside that the table lets the sessions themselves pass before
 * anything else.
 */
import { readFileSync } from 'node:fs';
import type { Refusal } from '../../evidence/refusal.ts';
import { contains, type Range, singleOf } from '../../policy/ranges.ts';
import type { Rule } from '../policy.ts';
import { type Target, targetText } from './orders.ts';
import { listed } from './programs.ts';

export interface Session {
	readonly peer: Range;
	readonly own: Range;
	/** Of ours. */
	readonly port: number;
}

export interface Management {
	readonly addresses: readonly Range[];
	readonly sessions: readonly Session[];
}

/** Of this machine. The sessions are those that this process was started from: `sudo` hides their variable. */
export async function ownManagement(): Promise<Management> {
	const gateways: string[] = [];
	for (const version of ['-4', '-6']) {
		const routes = ((await listed('ip', version, 'route', 'show', 'default')) ?? []) as {
			gateway?: unknown;
		}[];
		for (const { gateway } of routes) if (typeof gateway === 'string') gateways.push(gateway);
	}
	return managementOf(ancestors(), gateways);
}

/** Values of SSH_CONNECTION, of this process and of those that it comes from. */
function ancestors(): string[] {
	const found = [process.env['SSH_CONNECTION'] ?? ''];
	let pid = process.ppid;
	for (let steps = 0; steps < 30 && pid > 1; steps++) {
		try {
			const value = /(?:^|\0)SSH_CONNECTION=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'utf8'))?.[1];
			if (value !== undefined) found.push(value);
			pid = Number(/^PPid:\s*([0-9]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
		} catch {
			// Gone meanwhile, or another user's.
			break;
		}
	}
	return found;
}

/** `sshConnections`: values of SSH_CONNECTION, `peer port own port`; what is none is passed over. */
export function managementOf(sshConnections: readonly string[], gateways: readonly string[]): Management {
	const sessions = sshConnections.flatMap((text) => {
		const [peerText = '', , ownText = '', portText] = text.trim().split(/\s+/);
		const [peer, own, port] = [singleOf(peerText), singleOf(ownText), Number(portText)];
		if (peer === undefined || own === undefined || peer.version !== own.version) return [];
		return port >= 1 && port <= 65_535 ? [{ peer, own, port }] : [];
	});
	const all = sessions.flatMap(({ peer, own }) => [peer, own]);
	for (const gateway of gateways) {
		const range = singleOf(gateway);
		if (range !== undefined) all.push(range);
	}
	const addresses = [...new Map(all.map((range) => [range.text, range])).values()];
	return { addresses, sessions };
}

/**
 * Why this rule may not act; undefined: it may. One that asks for a network or for grounds acts on single flows that
 * were recognised, never on a host as such.
 */
export function ruleLocksOut({ name, match, action }: Rule, management: Management): Refusal | undefined {
	const { host } = match;
	if (action === 'log' || action === 'permit-only' || host === undefined) return undefined;
	if (match.network !== undefined || match.by !== undefined) return undefined;
	const hit = management.addresses.find((address) => contains(host, address));
	if (hit === undefined) return undefined;
	return { refused: 'watch.act.lockout', detail: `the rule "${name}" would ${action} ${hit.text}` };
}

export function targetLocksOut(target: Target, management: Management): Refusal | undefined {
	const refusal: Refusal = { refused: 'watch.act.lockout', detail: targetText(target) };
	if ('host' in target) {
		const host = singleOf(target.host)?.text;
		return management.addresses.some(({ text }) => text === host) ? refusal : undefined;
	}
	const { source, sourcePort, destination, destinationPort, protocol } = target.flow;
	const [from, to] = [singleOf(source)?.text, singleOf(destination)?.text];
	const hit = management.sessions.some(
		({ peer, own, port }) =>
			protocol === 'tcp' &&
			((from === peer.text && to === own.text && destinationPort === port) ||
				(from === own.text && to === peer.text && sourcePort === port)),
	);
	return hit ? refusal : undefined;
}
