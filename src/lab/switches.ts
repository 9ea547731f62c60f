/**
 * The switches: one for each defence of src/defence, by its name there. A row of an attack says which are on; all
 * others are off, so that each is seen alone.
 */
export const switches = [
	'answers-everything',
	'archive',
	'bandwidth',
	'connection-flood',
	'content-poisoning',
	'disguised',
	'executable',
	'forged-hits',
	'hostile-media',
	'known-bad',
	'malformed-traffic',
	'misbehaviour',
	'oversharing',
	'path-traversal',
	'push-diversion',
	'query-flood',
	'seed-poisoning',
	'size-family',
	'time-to-live-abuse',
	'udp-amplification',
] as const;

export type Switch = (typeof switches)[number];

const ON = 'on + ';
const ALL = 'on + all';

/** off: nobody attacks; on: every defence is off; then each of these alone, then all that there are. */
export function attackRows(...alone: readonly Switch[]): string[] {
	return ['off', 'on', ...alone.map((name) => ON + name), ALL];
}

/** With a row for every defence, also those that have nothing to do with the attack: who doubts that, looks. */
export function withEvery(rows: readonly string[]): string[] {
	const others = switches.map((name) => ON + name).filter((row) => !rows.includes(row));
	return rows.flatMap((row) => (row === ALL ? [...others, ALL] : [row]));
}

/** Whether the rows are those of an attack. */
export function areOfAttack(rows: readonly string[]): boolean {
	return rows.includes(ALL);
}

/** Whether somebody attacks in this row. */
export function isAttacked(row: string): boolean {
	return row.startsWith('on');
}

/** Names of the defences that are off in this row. Where nobody attacks all are on, as in the node. */
export function defencesOff(row: string): Switch[] {
	if (!isAttacked(row) || row === ALL) return [];
	const alone = row.slice(ON.length);
	return switches.filter((name) => name !== alone);
}
