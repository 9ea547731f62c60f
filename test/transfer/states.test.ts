import { expect, test } from 'vitest';
import { TransferState } from '../../src/node/api/schemas.ts';
import { next, passive, transitions } from '../../src/transfer/states.ts';

const states = Object.keys(transitions) as (keyof typeof transitions)[];

test('the states of the table are those of the API', () => {
	expect(states).toEqual(TransferState.options);
});

test('every state can be reached from the first, and every state that is not over can be left', () => {
	const reached = new Set(['wanted']);
	for (let size = 0; size !== reached.size; ) {
		size = reached.size;
		for (const state of states)
			if (reached.has(state)) for (const to of Object.values(transitions[state])) reached.add(to);
	}
	expect([...reached].sort()).toEqual([...states].sort());
	for (const state of states) if (!passive(state)) expect(Object.keys(transitions[state])).not.toEqual([]);
});

test('a complete download stays complete', () => {
	expect(transitions.complete).toEqual({});
	expect(next('complete', 'cancel')).toBeUndefined();
});

test('a user can stop whatever is not over, except the short verification and inspection', () => {
	for (const state of states) {
		const can = state === 'quarantined' || (!passive(state) && !['verifying', 'inspecting'].includes(state));
		if (can) expect(next(state, 'cancel')).toBe('cancelled');
		else if (state !== 'failed') expect(next(state, 'cancel')).toBeUndefined();
	}
});

test('a file leaves the quarantine by an order of the user only', () => {
	expect(transitions.quarantined).toEqual({ release: 'inspecting', cancel: 'cancelled' });
	for (const state of states) {
		const leads = Object.values(transitions[state]).includes('complete');
		expect([state, leads]).toEqual([state, state === 'inspecting']);
	}
});
