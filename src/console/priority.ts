/** The node orders transfers by any number; people choose among three words. */
import type { Transfer } from '../node/api/schemas.ts';

export type Priority = 'high' | 'usual' | 'low';

export const priorities: Readonly<Record<Priority, number>> = { high: 10, usual: 0, low: -10 };

/** Another client may have set another number: its sign is what counts. */
export function priorityOf({ priority }: Pick<Transfer, 'priority'>): Priority {
	if (priority === 0) return 'usual';
	return priority > 0 ? 'high' : 'low';
}

/** Whether something is still to be fetched, now or after another try. */
export function matters({ state }: Pick<Transfer, 'state'>): boolean {
	return state !== 'complete' && state !== 'quarantined';
}
