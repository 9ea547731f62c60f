/** What actions act on: the lists in sight, the open sheet, what is said, and the node. */
import type { Action, AnyRow, Desk, Look, Sheet, Target } from './actions.ts';
import { actions } from './actions.ts';
import { call } from './api.ts';
import { after } from './clock.ts';
import { live } from './live.ts';
import { go, pageAddress, param, setParams } from './location.ts';
import { runAction } from './run.ts';
import { createStore } from './store.ts';
import { added } from './terms.ts';
import { words } from './words.ts';

/** A list in sight; the last one that came is the one that keys act on. */
export interface Stage {
	/** Selected rows that are loaded, else the row under the cursor. */
	present(): Target;
	/** All selected rows, also those that are not loaded. */
	complete(): Promise<Target>;
	move(by: number): void;
	select(): void;
	selectAll(): void;
	/** False: there was nothing to clear. */
	clear(): boolean;
	open(): void;
	/** The user acts: the next order may be shown at once. */
	settle(): void;
}

export interface Notice {
	readonly id: number;
	readonly sentence: string;
}

export const stages = createStore<readonly Stage[]>([]);
/** Rows that a page offers beside its list: the open search. */
export const offered = createStore<Target | undefined>(undefined);
export const sheet = createStore<Sheet | undefined>(undefined);
export const notices = createStore<readonly Notice[]>([]);
export const lookChange = createStore<Look | undefined>(undefined);

let lastNotice = 0;

export function topStage(): Stage | undefined {
	return stages.get().at(-1);
}

export function presentTargets(): Target[] {
	const beside = offered.get();
	const present = topStage()?.present();
	return [...(present === undefined ? [] : [present]), ...(beside === undefined ? [] : [beside])];
}

export function forget(id: number): void {
	notices.set(notices.get().filter((one) => one.id !== id));
}

/** `hidden` fields are those of another layout (phone or wide). */
function focusField(field: 'search' | 'filter'): boolean {
	const inputs = [...document.querySelectorAll<HTMLInputElement>(`input[data-field="${field}"]`)];
	const input = inputs.filter((one) => one.offsetParent !== null).at(-1);
	input?.focus();
	input?.select();
	return input !== undefined;
}

export const desk: Desk = {
	go: (page) => go(pageAddress(page)),
	openSearch: (id) => go(id === undefined ? '/search' : `/search?id=${id}`),
	async call(method, path, body) {
		const answer = await call(method, path, body);
		live.touch();
		return answer;
	},
	show: (next) => sheet.set(next),
	evidence: (filter) => setParams({ evidence: filter }),
	focus(field) {
		if (focusField(field) || field === 'filter') return;
		go(pageAddress('search'));
		after(50, () => focusField('search'));
	},
	narrow(term) {
		setParams({ filter: added(param('filter') ?? '', term) });
	},
	look: (look) => lookChange.set(look),
	async copy(text) {
		try {
			await navigator.clipboard.writeText(text);
			desk.say(words.done.copied);
		} catch {
			desk.say(words.error.clipboard);
		}
	},
	say(sentence) {
		const id = ++lastNotice;
		notices.set([...notices.get().slice(-2), { id, sentence }]);
		after(6_000, () => forget(id));
	},
	move: (by) => topStage()?.move(by),
	select: () => topStage()?.select(),
	selectAll: () => topStage()?.selectAll(),
	clear() {
		if (topStage()?.clear()) return;
		if (param('evidence') !== undefined) setParams({ evidence: undefined });
	},
	open: () => topStage()?.open(),
};

/** Runs an action on the rows given, else on what is selected. */
export async function act(action: Action, rows?: Target): Promise<void> {
	const stage = topStage();
	stage?.settle();
	if (rows !== undefined) return await runAction(desk, action, [rows]);
	const beside = offered.get();
	const chosen = action.list === undefined || stage === undefined ? [] : [await stage.complete()];
	await runAction(desk, action, beside === undefined ? chosen : [...chosen, beside]);
}

/** Actions that rows of this list can take, in the order of the table. */
export function rowActions(target: Target): Action[] {
	return actions.filter(
		(one) =>
			one.list === target.list &&
			target.rows.some((row: AnyRow) => one.takes(row)) &&
			(!one.single || target.rows.length === 1),
	);
}
