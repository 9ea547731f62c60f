import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import {
	next,
	type SessionEvent,
	type SessionState,
	sessionStates,
} from '../../../../src/networks/edonkey/server/states.ts';

it('the page shows the table of the code', () => {
	const page = readFileSync(resolve(import.meta.dirname, '../../../../docs/networks/edonkey.md'), 'utf8');
	const rows = Object.entries(sessionStates).map(([state, events]) => {
		const ways = Object.entries(events).map(([event, to]) => `${event} → ${to}`);
		return `| ${state} | ${ways.join(', ')} |`;
	});
	const table = ['| state | event → next state |', '|---|---|', ...rows].join('\n');
	expect(page).toContain(`<!-- states:begin -->\n${table}\n<!-- states:end -->`);
});

it('every state can end, and an event that a state does not know is our own mistake', () => {
	for (const state of Object.keys(sessionStates) as SessionState[]) {
		if (state === 'closed') continue;
		expect(next(state, 'closed')).toBe('closed');
	}
	const wrong: [SessionState, SessionEvent][] = [
		['closed', 'login'],
		['awaiting', 'checked'],
		['served', 'login'],
	];
	for (const [state, event] of wrong) expect(() => next(state, event)).toThrow(/no way/);
});
