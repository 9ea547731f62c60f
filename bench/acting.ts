/**
 * How long it takes from a verdict to the rule that holds, by the clock of one process: decide() until nft has said
 * that the kernel took it. In a network namespace of its own (Linux, root), one decision at a time and in bursts, with
 * empty maps and with 10,000 orders that hold already.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRefusal } from '../src/evidence/refusal.ts';
import { Enforcer } from '../src/watch/block/enforcer.ts';
import { managementOf } from '../src/watch/block/management.ts';
import type { FlowFacts, Policy } from '../src/watch/policy.ts';
import { readPolicy } from '../src/watch/policy-file.ts';

const bar = 20;
const rounds = 400;

/** Runs itself inside the namespace: programs that it starts act there too. */
export function acting(): void {
	const name = `sallyport-${process.pid}-bench`;
	if (spawnSync('ip', ['netns', 'add', name]).status !== 0) {
		console.log('acting: needs Linux, root and network namespaces: skipped');
		return;
	}
	try {
		spawnSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
		const words = ['netns', 'exec', name, process.execPath, fileURLToPath(import.meta.url), 'inside'];
		spawnSync('ip', words, { stdio: 'inherit' });
	} finally {
		spawnSync('ip', ['netns', 'delete', name]);
	}
}

if (process.argv[2] === 'inside') await measured();

async function measured(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-acting-'));
	const rules = `rules:
  - { name: stop, match: { network: edonkey }, action: block }
  - { name: slow, match: { network: gnutella }, action: throttle, rate: 1mbit }`;
	const enforcer = await Enforcer.start({
		policy: readPolicy(rules, ['edonkey', 'gnutella']) as Policy,
		device: 'lo',
		management: managementOf([], []),
		state: join(folder, 'orders'),
		now: Date.now,
		trouble: ({ refused, detail }) => console.log(`  ${refused}: ${detail}`),
	});
	if (isRefusal(enforcer)) throw new Error(`${enforcer.refused}: ${enforcer.detail}`);
	let next = 0;
	const flow = (): FlowFacts => ({
		source: `10.0.${(next >> 8) & 255}.${next & 255}`,
		sourcePort: 1024 + (next % 60_000),
		destination: '192.0.2.1',
		destinationPort: 6346,
		protocol: 'tcp',
		network: next++ % 2 === 0 ? 'edonkey' : 'gnutella',
		by: 'payload',
		bytes: 1000,
	});
	const decided = async (many: number): Promise<number> => {
		const from = performance.now();
		for (let count = 0; count < many; count++) enforcer.decide(flow());
		await enforcer.settled();
		return performance.now() - from;
	};
	const series = async (what: string, many: number): Promise<void> => {
		const times: number[] = [];
		for (let round = 0; round < rounds; round++) times.push(await decided(many));
		times.sort((one, other) => one - other);
		const at = (share: number): string => times[Math.floor(share * (rounds - 1))]!.toFixed(1);
		const met = times[Math.floor(0.95 * (rounds - 1))]! <= bar ? 'met' : 'NOT met';
		console.log(`  ${what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms (bar ${bar}: ${met}), most ${at(1)} ms`);
	};
	console.log(`acting, from a verdict to the rule that holds (${rounds} batches each)`);
	await series('one flow', 1);
	await series('ten at once', 10);
	await decided(10_000);
	await series('one flow beside 14,400 others', 1);
	await enforcer.close();
	rmSync(folder, { recursive: true, force: true });
}
