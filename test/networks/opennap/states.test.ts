import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { next as nextOfServer, sessionStates } from '../../../src/networks/opennap/server/states.ts';
import { next, transitions } from '../../../src/networks/opennap/states.ts';

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/networks/opennap.md'), 'utf8');

describe.each([
	{ name: 'states', states: transitions },
	{ name: 'server-states', states: sessionStates },
])('$name', ({ name, states }) => {
	it('are drawn in the documents as they are in the code', () => {
		const rows = Object.entries(states).map(
			([state, events]) =>
				`| ${state} | ${Object.entries(events)
					.map(([event, to]) => `${event} → ${to}`)
					.join(', ')} |`,
		);
		const drawn = new RegExp(`<!-- ${name}:begin -->\\n([^]*?)\\n<!-- ${name}:end -->`).exec(page)?.[1];
		expect(drawn).toBe(['| state | event → next state |', '|---|---|', ...rows].join('\n'));
	});
});

it('an event that a table lacks is our own mistake', () => {
	expect(() => next('closed', 'opened')).toThrow('no way from state closed');
	expect(() => nextOfServer('served', 'login')).toThrow('no way from state served');
});
