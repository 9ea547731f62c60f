/**
 * From key presses to actions. A sequence (g, then s) waits a moment for its second key; a key that
 * begins a sequence is not an action of its own. While one types in a field only `mod` keys and
 * Escape count.
 */
import { type Action, actions } from './actions.ts';

export interface Press {
	readonly key: string;
	readonly ctrlKey: boolean;
	readonly metaKey: boolean;
	readonly altKey: boolean;
}

export function pressed({ key, ctrlKey, metaKey, altKey }: Press): string | undefined {
	if (altKey || ['Shift', 'Control', 'Meta', 'Alt'].includes(key)) return undefined;
	return ctrlKey || metaKey ? `mod+${key.toLowerCase()}` : key;
}

export interface Match {
	/** What has been pressed of a sequence, if more must follow. */
	readonly begun: string;
	/** The actions that the keys name, in the order of the table. */
	readonly actions: readonly Action[];
}

export function match(begun: string, press: string): Match {
	const whole = begun === '' ? press : `${begun} ${press}`;
	if (actions.some((one) => one.keys.some((keys) => keys.startsWith(`${whole} `)))) {
		return { begun: whole, actions: [] };
	}
	const found = actions.filter((one) => one.keys.includes(whole));
	return found.length === 0 && begun !== '' ? match('', press) : { begun: '', actions: found };
}

/** Keys as people read them: `Ctrl` `K`. */
export function shown(keys: string, mac: boolean): string[] {
	return keys.split(' ').flatMap((key) => {
		if (key.startsWith('mod+')) return [mac ? '⌘' : 'Ctrl', key.slice(4).toUpperCase()];
		const names: Record<string, string> = { ArrowDown: '↓', ArrowUp: '↑', Escape: 'Esc', Delete: 'Del' };
		return [names[key] ?? key];
	});
}
