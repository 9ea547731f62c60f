/** Carries out an action: on nothing, on one row, or on many with a few requests at a time. */
import { type Action, type Desk, type Target, targetOf } from './actions.ts';
import { after } from './clock.ts';
import { words } from './words.ts';

const atOnce = 6;
/** Where the node says that it is too much for now. */
const pause = 2_000;
const mostTries = 30;

export async function runAction(desk: Desk, action: Action, targets: readonly Target[]): Promise<void> {
	if (action.list === undefined) {
		await tell(desk, () => action.run(desk, undefined, undefined));
		return;
	}
	const target = targetOf(action, targets);
	if (target === undefined) return;
	if (target.rows.length === 1) {
		await tell(desk, async () => {
			await action.run(desk, target.rows[0], target);
			if (action.said !== undefined) desk.say(action.said(target.rows[0]!));
		});
		return;
	}
	await many(desk, action, target);
}

async function many(desk: Desk, action: Action, target: Target): Promise<void> {
	const left = [...target.rows];
	let done = 0;
	let failed = 0;
	let why = '';
	const worker = async () => {
		for (let row = left.shift(); row !== undefined; row = left.shift()) {
			try {
				await patiently(() => action.run(desk, row, target));
				done++;
			} catch (error) {
				failed++;
				why = sentence(error);
			}
		}
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	const name = words.actions[action.id];
	desk.say(failed === 0 ? words.done.bulk(name, done) : words.done.some(name, done, failed, why));
}

/** The node takes a number of requests in ten seconds; who has more to do waits. */
async function patiently(run: () => unknown): Promise<void> {
	for (let tries = 1; ; tries++) {
		try {
			await run();
			return;
		} catch (error) {
			if ((error as { status?: number }).status !== 429 || tries === mostTries) throw error;
			await new Promise<void>((resolve) => after(pause, resolve));
		}
	}
}

async function tell(desk: Desk, run: () => unknown): Promise<void> {
	try {
		await run();
	} catch (error) {
		desk.say(sentence(error));
	}
}

export function sentence(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}
