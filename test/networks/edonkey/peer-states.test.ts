import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import {
	next,
	type PeerEvent,
	type PeerState,
	peerStates,
} from '../../../src/networks/edonkey/peer-states.ts';

it('the page shows the table of the code', () => {
	const page = readFileSync(resolve(import.meta.dirname, '../../../docs/networks/edonkey.md'), 'utf8');
	const rows = Object.entries(peerStates).map(([state, events]) => {
		const ways = Object.entries(events).map(([event, to]) => `${event} → ${to}`);
		return `| ${state} | ${ways.join(', ')} |`;
	});
	const table = ['| state | event → next state |', '|---|---|', ...rows].join('\n');
	expect(page).toContain(`<!-- peer-states:begin -->\n${table}\n<!-- peer-states:end -->`);
});

it('every state can end, and an event that a state does not know is our own mistake', () => {
	for (const state of Object.keys(peerStates) as PeerState[])
		if (state !== 'closed') expect(next(state, 'closed')).toBe('closed');
	const wrong: [PeerState, PeerEvent][] = [
		['closed', 'opened'],
		['awaiting', 'answered'],
		['talking', 'late'],
	];
	for (const [state, event] of wrong) expect(() => next(state, event)).toThrow(/no way/);
});
