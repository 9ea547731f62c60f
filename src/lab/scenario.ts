/**
 * What a scenario is. It has rows (variants: a TTL, an attack with one defence), and each row is played
 * several times, with seeds that follow from the one that the user gave. One play is a unit of work: it gets
 * an order and gives whole numbers, which is all that is compared between machines. What a person reads
 * (shares, means) is made from them afterwards.
 */
import type { Sessions } from './session-file.ts';
import type { Topology } from './topologies.ts';
import type { Watcher } from './watched.ts';

/** Whole numbers by name. */
export type Counts = Readonly<Record<string, number>>;

export interface Setting {
	readonly about: string;
	readonly preset: number | string;
	/** What a word may be. */
	readonly words?: readonly string[];
}

export interface Order {
	readonly nodes: number;
	/** Of this play. */
	readonly seed: number;
	/** Settled: the scenario's presets and what the user set. */
	readonly settings: Readonly<Record<string, number | string>>;
	/** Limits of the Gnutella code that the user set by name. */
	readonly limits: Readonly<Record<string, number>>;
	/** The topology of this play: the user's file, or one made from the seed. */
	readonly topology: () => Topology;
	/** From the user's file; absent: the model. */
	readonly sessions?: Sessions | undefined;
	/** Somebody looks on: it is attached before anything happens that is worth a look. */
	readonly watcher?: Watcher | undefined;
}

export interface Scenario {
	readonly name: string;
	/** A line for `lab list`. */
	readonly about: string;
	/** Servents where the user says nothing; 0: the scenario says itself. */
	readonly nodes: number;
	/** Plays of each row where the user says nothing. */
	readonly runs: number;
	readonly settings: Readonly<Record<string, Setting>>;
	/** It plays sessions from a file. */
	readonly takesSessions?: boolean;
	/** Rows of the table. One row without a name: the measures stand by themselves. */
	rows(order: Omit<Order, 'seed' | 'topology'>): readonly string[];
	play(row: string, order: Order): Counts;
	/** The same with few servents of the node's own, message by message; absent: there is nothing to see. */
	watch?(row: string, order: Order): void;
	/** What is told of one play; names as people read them, in camel case. */
	measures(counts: Counts, row: string): Readonly<Record<string, number>>;
}

/** A number among the settings. */
export function numberOf(order: Pick<Order, 'settings'>, name: string): number {
	const value = order.settings[name];
	if (typeof value !== 'number') throw new Error(`the setting ${name} is no number`);
	return value;
}

/** part / whole, 0 where there is no whole. */
export function share(part: number, whole: number): number {
	return whole === 0 ? 0 : part / whole;
}
