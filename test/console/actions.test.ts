/** The one table of actions, its keys, and selections. */
import { describe, expect, it } from 'vitest';
import { action, actions, type Desk, fits, type Target } from '../../src/console/actions.ts';
import { match, pressed } from '../../src/console/keys.ts';
import { runAction } from '../../src/console/run.ts';
import { add, count, everything, has, none, toggle } from '../../src/console/selection.ts';
import { words } from '../../src/console/words.ts';
import { transfers } from './fake-data.ts';

function recordingDesk(fail: (path: string) => boolean = () => false) {
	const calls: string[] = [];
	const said: string[] = [];
	const desk = {
		call: async (method: string, path: string) => {
			if (fail(path)) throw new Error('The disk is full.');
			calls.push(`${method} ${path}`);
		},
		say: (sentence: string) => said.push(sentence),
	} as unknown as Desk;
	return { desk, calls, said };
}

const target = (count: number): Target => ({ list: 'transfers', rows: transfers(count), search: undefined });

describe('the table of actions', () => {
	it('has a name for every action and an action for every name', () => {
		expect(actions.map(({ id }) => id).sort()).toEqual(Object.keys(words.actions).sort());
	});

	it('gives a key to two actions only where they never fit the same row or page', () => {
		for (const one of actions) {
			for (const other of actions) {
				if (one === other || !one.keys.some((key) => other.keys.includes(key))) continue;
				const apart = one.list !== other.list || one.page !== other.page;
				const never = transfers(8).every((row) => !(one.takes(row) && other.takes(row)));
				expect(apart || never, `${one.id} and ${other.id}`).toBe(true);
			}
		}
	});

	it('never begins a sequence with the key of an action', () => {
		const keys = actions.flatMap((one) => one.keys);
		for (const key of keys) expect(keys.some((other) => other.startsWith(`${key} `))).toBe(false);
	});

	it('offers actions on rows only where there are such rows', () => {
		expect(fits(action('pause'), 'transfers', [])).toBe(false);
		expect(fits(action('pause'), 'transfers', [target(1)])).toBe(true);
		expect(fits(action('addFolder'), 'transfers', [])).toBe(false);
		expect(fits(action('addFolder'), 'library', [])).toBe(true);
	});
});

describe('an action on many rows', () => {
	it('reaches each row that it fits, and only those', async () => {
		const { desk, calls, said } = recordingDesk();
		await runAction(desk, action('pause'), [target(8)]);
		expect(calls.sort()).toEqual([1, 2, 3, 8].map((id) => `POST transfers/${id}/pause`));
		expect(said).toEqual(['Pause: 4']);
	});

	it('says how many failed and why', async () => {
		const { desk, said } = recordingDesk((path) => path.startsWith('transfers/2/'));
		await runAction(desk, action('pause'), [target(8)]);
		expect(said).toEqual(['Pause: 3 done, 1 not. The disk is full.']);
	});
});

describe('keys', () => {
	it('name an action at once or after a beginning', () => {
		expect(match('', '/').actions[0]?.id).toBe('focusSearch');
		expect(match('', 'g')).toEqual({ begun: 'g', actions: [] });
		expect(match('g', 't').actions[0]?.id).toBe('goTransfers');
		expect(match('g', '/').actions[0]?.id).toBe('focusSearch');
		expect(match('', 'z')).toEqual({ begun: '', actions: [] });
	});

	it('are the same with Ctrl and with Command', () => {
		const plain = { ctrlKey: false, metaKey: false, altKey: false };
		expect(pressed({ ...plain, key: 'K', ctrlKey: true })).toBe('mod+k');
		expect(pressed({ ...plain, key: 'k', metaKey: true })).toBe('mod+k');
		expect(pressed({ ...plain, key: 'Shift' })).toBeUndefined();
	});
});

describe('a selection', () => {
	it('of all holds rows that were never loaded', () => {
		expect(has(everything, 99_999)).toBe(true);
		expect(count(everything, 100_000)).toBe(100_000);
	});

	it('of all but one is all but one', () => {
		const but = toggle(everything, 5);
		expect(has(but, 5)).toBe(false);
		expect(count(but, 100)).toBe(99);
		expect(count(add(but, [5]), 100)).toBe(100);
	});

	it('grows by a range and shrinks by a toggle', () => {
		const range = add(none, [1, 2, 3]);
		expect(count(toggle(range, 2), 100)).toBe(2);
	});
});
