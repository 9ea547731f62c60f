/** `--policy FILE`: what the rules say of what is seen, said only or (`--apply`) done; and `sallyport watch clear`. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRefusal } from '../evidence/refusal.ts';
import { homePath } from '../node/home.ts';
import { minuteOf, rateText, spanText } from '../policy/amounts.ts';
import { Enforcer } from '../watch/block/enforcer.ts';
import { clearKernel } from '../watch/block/kernel.ts';
import { ownManagement } from '../watch/block/management.ts';
import { targetText } from '../watch/block/orders.ts';
import { readState, runs } from '../watch/block/state.ts';
import { writePolicy } from '../watch/export/eve.ts';
import type { Lines } from '../watch/export/lines.ts';
import { addressText } from '../watch/flows/address-text.ts';
import { TCP } from '../watch/flows/packet.ts';
import type { FlowRecord } from '../watch/flows/record.ts';
import { type Decision, decide, type Policy } from '../watch/policy.ts';
import type { Verdict } from '../watch/recognise/verdict.ts';
import { Review } from '../watch/review.ts';
import type { WatchOptions } from '../watch/watch.ts';
import { makeFolder } from '../world/folder.ts';
import { CommandFailed, type Context } from './context.ts';
import { count, print, printJson, printTable, size } from './print.ts';
import { policyOf } from './watch-policy-file.ts';
import { sentenceOf } from './watch-refusal.ts';

/** How often the kernel is asked what its rules have counted. */
const countMilliseconds = 5000;

interface Options {
	readonly policy?: string;
	readonly apply?: boolean;
	readonly interface?: string;
}

export class Police {
	readonly review: Review;
	readonly #policy: Policy;
	readonly #enforcer: Enforcer | undefined;
	readonly #lines: Lines | undefined;
	readonly #quiet: boolean;
	readonly #timer: NodeJS.Timeout | undefined;
	/** Flows that each rule was found for. */
	readonly #flows = new Map<string, number>();

	private constructor(
		policy: Policy,
		enforcer: Enforcer | undefined,
		lines: Lines | undefined,
		quiet: boolean,
	) {
		this.#policy = policy;
		this.#enforcer = enforcer;
		this.#lines = lines;
		this.#quiet = quiet;
		this.review = new Review(
			policy,
			(facts, second) =>
				enforcer === undefined ? decide(policy, facts, minuteOf(second * 1000)) : enforcer.decide(facts),
			(flow, verdict, decision) => this.#told(flow, verdict, decision),
		);
		if (enforcer !== undefined) this.#timer = setInterval(() => enforcer.count(), countMilliseconds);
	}

	/** undefined: there is no policy. `lines`: where records go, if anywhere. */
	static async of(options: Options, context: Context, lines: Lines | undefined): Promise<Police | undefined> {
		if (options.policy === undefined) return undefined;
		const policy = policyOf(options.policy);
		const enforcer = options.apply ? await started(policy, options.interface!, context) : undefined;
		return new Police(policy, enforcer, lines, context.json);
	}

	/** For Watch. */
	get hooks(): Pick<WatchOptions, 'found' | 'second'> {
		return {
			found: (flow, verdict) => {
				const decision = this.review.found(flow, verdict);
				return this.#enforcer !== undefined && decision?.action === 'block' ? 'blocked' : 'allowed';
			},
			second: (table, verdictOf) => this.review.second(table, verdictOf),
		};
	}

	/** undefined: it only says what it would do. */
	get enforcing(): Enforcer | undefined {
		return this.#enforcer;
	}

	/** Orders are on their way into the kernel. */
	get isBusy(): boolean {
		return this.#enforcer?.isBusy ?? false;
	}

	/** Takes everything out of the kernel. */
	async close(): Promise<void> {
		clearInterval(this.#timer);
		await this.#enforcer?.close();
	}

	/** What each rule has done. */
	show({ json }: Context): void {
		const counts = this.#enforcer?.rules();
		const rows = this.#policy.rules.map(({ name, action }) => {
			const { packets, bytes } = counts?.find(({ rule }) => rule === name) ?? {};
			return { rule: name, action, flows: this.#flows.get(name) ?? 0, packets, bytes };
		});
		if (json) {
			for (const row of rows) printJson({ event_type: 'policy_rule', ...row });
			return;
		}
		print('');
		printTable(
			counts === undefined ? ['rule', 'would', 'flows'] : ['rule', 'did', 'flows', 'packets', 'moved'],
			rows.map(({ rule, action, flows, packets, bytes }) => [
				rule,
				action,
				String(flows),
				...(packets === undefined ? [] : [String(packets), size(bytes ?? 0)]),
			]),
		);
	}

	#told(flow: FlowRecord, verdict: Verdict | undefined, decision: Decision): void {
		const { rule, action } = decision;
		this.#flows.set(rule, (this.#flows.get(rule) ?? 0) + 1);
		const applied = this.#enforcer !== undefined;
		if (this.#lines !== undefined) writePolicy(this.#lines, flow, verdict, decision, applied);
		if (this.#quiet) return;
		const time = new Date(flow.endSeconds * 1000).toISOString().slice(0, 19);
		const because = verdict === undefined ? '' : ` (${verdict.network} by ${verdict.by})`;
		print(
			`${time}Z ${applied ? '' : 'would '}${action} ${flowText(flow)}${amountText(decision)}: ${rule}${because}`,
		);
	}
}

/** `sallyport watch clear`: what a crash has left. */
export async function clear(context: Context): Promise<number> {
	const path = statePath(context);
	const { owner } = readState(path);
	if (owner !== undefined && runs(owner))
		throw new CommandFailed(sentenceOf({ refused: 'watch.act.busy', detail: `process ${owner.pid}` }), 3);
	const refusal = await clearKernel();
	if (refusal !== undefined) throw new CommandFailed(sentenceOf(refusal), 3);
	rmSync(path, { force: true });
	if (context.json) printJson({ event: 'cleared' });
	else print('The kernel holds nothing of sallyport watch any more, and no order is remembered.');
	return 0;
}

async function started(policy: Policy, device: string, context: Context): Promise<Enforcer> {
	const enforcer = await Enforcer.start({
		policy,
		device,
		management: await ownManagement(),
		state: statePath(context),
		now: Date.now,
		trouble: (refusal) => process.stderr.write(`${sentenceOf(refusal)}\n`),
	});
	if (isRefusal(enforcer)) throw new CommandFailed(sentenceOf(enforcer), 3);
	const held = enforcer.orders();
	if (enforcer.how !== undefined && enforcer.how !== 'shaped')
		process.stderr.write(`Packets beyond a rate are thrown away, not queued: ${enforcer.how}.\n`);
	if (held.length > 0) process.stderr.write(`${count(held.length, 'order')} of before still hold.\n`);
	for (const { target, rule } of held.slice(0, 5)) process.stderr.write(`  ${targetText(target)}: ${rule}\n`);
	return enforcer;
}

function statePath({ home }: Context): string {
	const folder = homePath(home);
	try {
		makeFolder(folder, 0o700);
	} catch (error) {
		throw new CommandFailed(`The home directory ${folder} cannot be used: ${(error as Error).message}.`);
	}
	return join(folder, 'watch-orders.json');
}

function flowText(flow: FlowRecord): string {
	const { source, destination, addressLength, sourcePort, destinationPort, protocol } = flow;
	return targetText({
		flow: {
			source: addressText(source, addressLength),
			sourcePort,
			destination: addressText(destination, addressLength),
			destinationPort,
			protocol: protocol === TCP ? 'tcp' : 'udp',
		},
	});
}

function amountText({ rateBits, seconds }: Decision): string {
	const rate = rateBits === undefined ? '' : ` to ${rateText(rateBits)}`;
	return seconds === undefined ? rate : `${rate} for ${spanText(seconds)}`;
}
