/**
 * `sallyport guard run --open`: the console on a program behind the guard.
 *
 * Who may answer: the program may well be allowed to reach loopback, and may read what we print where both write into
 * the same pipe. So it is started only when somebody has come in by the address that is printed, whose token is then
 * void; the cookie that the browser has instead is signed with a key that this process alone has, and lives no longer.
 */
import { homedir } from 'node:os';
import { isRefusal } from '../evidence/refusal.ts';
import { aloud } from '../guard/aloud.ts';
import type { Asked, Reply } from '../guard/asking.ts';
import type { Deed } from '../guard/deeds.ts';
import { Ledger } from '../guard/ledger.ts';
import { additionsPath } from '../guard/own-places.ts';
import { findPolicy, profileNames } from '../guard/policies.ts';
import { hearsOpens, type Policy } from '../guard/policy.ts';
import type { GuardRecord } from '../guard/record.ts';
import type { GuardProfile, GuardRun } from '../node/api/guard-schemas.ts';
import type { Guarding } from '../node/api/guarding.ts';
import { openConsoleAlone } from './console-alone.ts';
import { CommandFailed, type Context } from './context.ts';
import { print, printJson, printToErrors } from './print.ts';

export interface Guarded {
	readonly words: readonly string[];
	readonly program: string;
	readonly policy: Policy;
	/** Of the policy, those that the user wrote. */
	readonly files: readonly string[];
	readonly learn: boolean;
}

export interface GuardConsole {
	record(record: GuardRecord): void;
	did(deed: Deed): void;
	ask(asked: Asked, seconds: number): Promise<Reply>;
	/** Shows how it ended, until Ctrl-C. */
	ended(how: { readonly status: number } | { readonly note: string }): Promise<void>;
}

const clock = {
	now: () => Date.now(),
	after(milliseconds: number, call: () => void): () => void {
		const timer = setTimeout(call, milliseconds);
		timer.unref();
		return () => clearTimeout(timer);
	},
};

/** Comes back when somebody has opened the console. */
export async function openGuardConsole(context: Context, guarded: Guarded): Promise<GuardConsole> {
	// Standard output is the program's.
	printToErrors();
	const ledger = new Ledger(clock, additionsPath(guarded.policy.name), homedir());
	let run = runOf(guarded);
	const entered = Promise.withResolvers<void>();
	const guarding = guardingOf(ledger, () => run);
	const { api, entrance } = await openConsoleAlone('guard', { guarding }, () => entered.resolve());
	if (context.json) printJson({ event: 'ready', console: entrance, api: api.url });
	else print(`guard: ${guarded.words[0]} starts when you open the console: ${entrance}`);
	await Promise.race([entered.promise, ctrlC(context.interrupted)]);
	if (context.interrupted.aborted) {
		await api.close();
		throw new CommandFailed('Nobody opened the console, and nothing was started.');
	}
	run = { ...run, startedAt: Date.now() };
	return {
		record: (record) => ledger.record(record),
		did: (deed) => ledger.did(deed),
		ask(asked, seconds) {
			print(`guard: asks in the console: ${asked.program}: ${asked.act}`);
			return ledger.ask(asked, seconds);
		},
		async ended(how) {
			ledger.end();
			run = { ...run, ...how, state: 'ended', endedAt: Date.now() };
			const status = 'status' in how ? ` with status ${how.status}` : '';
			if (!context.interrupted.aborted) print(`guard: it has ended${status}. Ctrl-C closes the console.`);
			await ctrlC(context.interrupted);
			await api.close();
		},
	};
}

function runOf({ words, program, policy, files, learn }: Guarded): GuardRun {
	const { name, about } = policy;
	return {
		...{ words, program, learn, startedAt: Date.now(), state: 'running' },
		policy: { name, about, files, aloud: aloud(policy) },
		opens: learn || hearsOpens(policy) ? 'heard' : 'silent',
	};
}

function guardingOf(ledger: Ledger, run: () => GuardRun): Guarding {
	return {
		run,
		questions: () => ledger.questions(),
		answer: (id, answer) => ledger.answer(id, answer),
		decisions: ledger,
		tree: () => ledger.tree(),
		profiles,
	};
}

async function profiles(): Promise<GuardProfile[]> {
	const found = await Promise.all(
		profileNames().map(async (name) => {
			const one = await findPolicy(name);
			return isRefusal(one) ? [] : [{ name, about: one.policy.about, aloud: aloud(one.policy) }];
		}),
	);
	return found.flat();
}

/** By SIGTERM, or by Ctrl-C, which the guard itself does not heed while the program runs. */
function ctrlC(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve();
		signal.addEventListener('abort', () => resolve());
		process.once('SIGINT', () => resolve());
	});
}
