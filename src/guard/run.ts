/**
 * Runs a program under a policy: the main thread launches it, waits for it and all that it left behind, asks people,
 * and looks up names; the supervisor's thread answers the kernel.
 *
 * It fails closed. A wall that this kernel or this user cannot have ends it before the program starts, unless exactly
 * that was accepted. Should this process die, the program is killed with it, and what it had started finds every
 * call that was heard refused (ENOSYS), and its walls standing.
 */
import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Refusal } from '../evidence/refusal.ts';
import type { Asked } from './asking.ts';
import type { Deed } from './deeds.ts';
import { type Grants, grantsOf, type Surroundings } from './grants.ts';
import { namesIn } from './judge.ts';
import { call, kernel, library, Piece } from './kernel/calls.ts';
import { landlockVersion, neededVersion } from './kernel/landlock.ts';
import { type Launched, LaunchFailed, launch, type Order } from './kernel/launch.ts';
import { hearsOpens, type Policy } from './policy.ts';
import type { GuardRecord } from './record.ts';
import type { FromSupervisor, ToSupervisor } from './supervising.ts';
import type { SupervisorOptions } from './supervisor.ts';
import { dismiss } from './thread.ts';

export type Layer = 'view' | 'landlock';

export interface Answer {
	readonly yes: boolean;
	/** Also of the same for the rest of the run. */
	readonly session: boolean;
}

export interface RunOptions {
	readonly policy: Policy;
	readonly around: Surroundings;
	readonly environment: Readonly<Record<string, string | undefined>>;
	readonly learn: boolean;
	readonly allowMissing: readonly Layer[];
	record(record: GuardRecord): void;
	ask(asked: Asked): Promise<Answer>;
	/** Somebody looks on: all that it does, also what is allowed. */
	did?(deed: Deed): void;
	/** Aborted: the program is asked to end (SIGTERM). */
	readonly stop: AbortSignal;
}

export interface Ended {
	/** As a shell has it: 128 and the signal, if that ended it. */
	readonly status: number;
	/** A rule killed it, or something that it had started. */
	readonly killed: boolean;
	/** Calls that were judged by the supervisor. */
	readonly heard: number;
}

const PR_SET_CHILD_SUBREAPER = 36;
const SIGTERM = 15;
const patience = 1000;

/** `worker`: thread.ts started it. */
export class Guard {
	readonly #worker: Worker;
	readonly #wake = new Piece(8);

	constructor(worker: Worker) {
		this.#worker = worker;
		kernel(call.pipe2, this.#wake.at, 0o2000000);
	}

	async run(options: RunOptions): Promise<Ended | Refusal> {
		const grants = grantsOf(options.policy, options.around);
		this.#worker.ref();
		if (grants.faults.length > 0) {
			await dismiss(this.#worker);
			return { refused: 'guard.policy.malformed', detail: grants.faults.join('; ') };
		}
		kernel(call.prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		const launched = launchWith(options, grants);
		if ('refused' in launched) {
			await dismiss(this.#worker);
			return launched;
		}
		return this.#watch(options, launched);
	}

	async #watch(options: RunOptions, launched: Launched): Promise<Ended | Refusal> {
		let killed = false;
		let heard = 0;
		const finished = new Promise<void>((resolve) => {
			this.#worker.on('message', (message: FromSupervisor) => {
				if ('record' in message) {
					killed ||= message.record.action === 'kill';
					options.record(message.record);
				} else if ('deed' in message) options.did?.(message.deed);
				else if ('ask' in message) void this.#answer(options, message.ask);
				else if ('lookUp' in message) void this.#lookUp(options.policy);
				else {
					heard = message.end;
					resolve();
				}
			});
			this.#worker.once('exit', () => resolve());
		});
		this.#worker.once('error', (fault) => {
			// Without its supervisor the program does not go on.
			kernel(call.kill, launched.pid, 9);
			throw fault;
		});
		const start: SupervisorOptions = {
			policy: options.policy,
			around: options.around,
			resolvers: resolversOf(),
			learn: options.learn,
			watched: options.did !== undefined,
		};
		const names = await lookUpAll(options.policy);
		this.#post({ start, listener: launched.listener, wake: this.#wake.view.getInt32(0, true), names });
		options.stop.addEventListener('abort', () => kernel(call.kill, launched.pid, SIGTERM));
		launched.go();
		const status = await waitForAll(launched.pid);
		const failed = launched.outcome();
		// Nobody is left who could ask; where the thread does not notice, it is left behind.
		const late = new AbortController();
		await Promise.race([
			finished,
			delay(patience, undefined, { signal: late.signal }).catch(() => undefined),
		]);
		late.abort();
		if (failed !== undefined) return { refused: 'guard.launch.failed', detail: failed };
		return { status, killed, heard };
	}

	#post(message: ToSupervisor): void {
		this.#worker.postMessage(message);
		kernel(call.write, this.#wake.view.getInt32(4, true), this.#wake.at, 1);
	}

	async #answer(options: RunOptions, asked: Asked): Promise<void> {
		const { yes, session } = await options.ask(asked);
		this.#post(session ? { token: asked.token, yes, act: asked.act } : { token: asked.token, yes });
	}

	async #lookUp(policy: Policy): Promise<void> {
		this.#post({ names: await lookUpAll(policy) });
	}
}

/** With all walls; without one that cannot be had, where that was accepted. */
function launchWith(options: RunOptions, grants: Grants): Launched | Refusal {
	const { policy, around, learn, allowMissing } = options;
	const missing = (layer: Layer, detail: string): Refusal | undefined =>
		allowMissing.includes(layer)
			? undefined
			: { refused: 'guard.layer.missing', detail: `${layer}: ${detail}` };
	const version = landlockVersion();
	if (version < neededVersion) {
		const refusal = missing('landlock', `version ${version}, ${neededVersion} is needed`);
		if (refusal !== undefined) return refusal;
	}
	const order = (view: Order['view']): Order => ({
		program: around.program,
		words: [around.called, ...around.arguments],
		environment: options.environment,
		here: around.here,
		grants,
		limits: policy.limits,
		filter: {
			// What is read before something leaks has to be heard.
			opens: hearsOpens(policy),
			everything: learn,
			madeCode: policy.madeCode === 'deny' && !learn,
			datagrams: learn || view === 'none' || wantsDatagrams(policy),
			callers: !learn && policy.network.some(({ from }) => from.length > 0),
			lockedModes: view === 'none' && !learn,
		},
		view,
		landlock: learn ? 0 : version,
	});
	if (learn) return launchOr(order('none'));
	const privileged = process.geteuid!() === 0;
	let fault = '';
	for (const view of privileged ? (['root', 'user'] as const) : (['user'] as const)) {
		try {
			return launch(order(view));
		} catch (error) {
			if (!(error instanceof LaunchFailed)) throw error;
			if (!error.ofView) return { refused: 'guard.launch.failed', detail: error.message };
			fault = error.message;
		}
	}
	return missing('view', fault) ?? launchOr(order('none'));
}

function wantsDatagrams({ network }: Policy): boolean {
	return network.some(
		({ action, protocols }) => action !== 'deny' && (protocols.length === 0 || protocols.includes('udp')),
	);
}

function launchOr(order: Order): Launched | Refusal {
	try {
		return launch(order);
	} catch (error) {
		if (error instanceof LaunchFailed) return { refused: 'guard.launch.failed', detail: error.message };
		throw error;
	}
}

function resolversOf(): string[] {
	try {
		const text = readFileSync('/etc/resolv.conf', 'utf8');
		return [...text.matchAll(/^nameserver\s+(\S+)/gm)].map((match) => match[1]!);
	} catch {
		return [];
	}
}

async function lookUpAll(policy: Policy): Promise<Map<string, string[]>> {
	const found = namesIn(policy).map(async (name) => [name, await addressesOf(name)] as const);
	return new Map(await Promise.all(found));
}

async function addressesOf(name: string): Promise<string[]> {
	try {
		return (await lookup(name, { all: true })).map(({ address }) => address);
	} catch {
		return [];
	}
}

/** The status of the first one, when nothing of it is left: whoever loses their parent becomes our child. */
async function waitForAll(pid: number): Promise<number> {
	const state = new Piece(8);
	let status = 1;
	for (;;) {
		const ended = await waitForOne(state);
		if (ended < 0) return status;
		if (ended !== pid) continue;
		const said = state.view.getInt32(0, true);
		status = (said & 127) === 0 ? (said >> 8) & 255 : 128 + (said & 127);
	}
}

function waitForOne(state: Piece): Promise<number> {
	return new Promise((resolve) =>
		library().waitLater(-1, state.at, 0, 0, (_error, result) => resolve(result)),
	);
}
