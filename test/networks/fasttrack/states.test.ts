import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { next, type State, transitions } from '../../../src/networks/fasttrack/states.ts';

const page = resolve(import.meta.dirname, '../../../docs/networks/fasttrack.md');

function table(): string {
	const rows = Object.entries(transitions).map(
		([state, events]) =>
			`| ${state} | ${Object.entries(events)
				.map(([event, to]) => `${event} → ${to}`)
				.join(', ')} |`,
	);
	return ['| state | event → next state |', '|---|---|', ...rows].join('\n');
}

describe('the life of a session', () => {
	it('is drawn in the documents as it is in the code', () => {
		const text = readFileSync(page, 'utf8');
		const drawn = /<!-- states:begin -->\n([\s\S]*?)\n<!-- states:end -->/.exec(text)?.[1];
		expect(drawn).toBe(table());
	});

	it('reaches every state from the two beginnings, and ends from each', () => {
		const reach = (from: State): Set<State> => {
			const seen = new Set<State>([from]);
			for (const state of seen) for (const to of Object.values(transitions[state])) seen.add(to as State);
			return seen;
		};
		const all = new Set([...reach('greeting'), ...reach('awaiting')]);
		expect([...all].sort()).toEqual(Object.keys(transitions).sort());
		for (const state of Object.keys(transitions)) expect(reach(state as State).has('closed')).toBe(true);
	});

	it('takes an event that the table lacks as our own mistake', () => {
		expect(() => next('closed', 'named')).toThrow('no way from state closed');
	});
});
