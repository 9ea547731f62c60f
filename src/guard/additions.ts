/** What was answered with "always": a small policy file of the guard's own, whose rules go before the policy's own. */
import { appendFileSync, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolder } from '../world/folder.ts';

/** Adds a rule. The file is a list of whole rules in one line each, so that adding is appending. */
export function addAlways(path: string, policy: string, act: string): void {
	const rule = alwaysRule(act);
	if (rule === undefined) return;
	if (!existsSync(path)) {
		makeFolder(dirname(path), 0o700);
		appendFileSync(path, `name: ${policy}\nabout: what was always allowed when asked\nalways:\n`, {
			mode: 0o600,
		});
	}
	appendFileSync(path, `  - ${rule}\n`);
}

/** What would be written; undefined: nothing can be. */
export function alwaysRule(act: string): string | undefined {
	const network = /^(in|out) (tcp|udp) \[?([^\]]+?)\]?:(\d+)$/.exec(act);
	if (network !== null) {
		const [, direction, protocol, host, port] = network;
		return `{ ${direction}: ${JSON.stringify(host)}, ports: ${port}, protocol: ${protocol} }`;
	}
	const other = /^(read|write|create|run) (\/.*)$/s.exec(act);
	return other === null ? undefined : `{ ${other[1]}: ${JSON.stringify(other[2])} }`;
}
