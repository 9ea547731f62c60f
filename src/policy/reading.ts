/** What the readers of policies have in common: YAML in, and what is wrong with it, each with its line. */
import { type Document, LineCounter, parseDocument } from 'yaml';
import type { Refusal } from '../evidence/refusal.ts';

export interface Fault {
	/** From 1. */
	readonly line: number;
	readonly message: string;
}

export interface PolicyRefusal extends Refusal {
	readonly faults: readonly Fault[];
}

/** `faults`: why it is no YAML; none: it is. */
export function parsePolicy(text: string): {
	readonly document: Document.Parsed;
	readonly lines: LineCounter;
	readonly faults: Fault[];
} {
	const lines = new LineCounter();
	// It would print its warnings itself.
	const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
	const faults = document.errors.map(({ pos, message }) => ({
		line: lines.linePos(pos[0]).line,
		message: message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
	}));
	return { document, lines, faults };
}

/** In the order of their lines. */
export function refusalOf(refused: string, faults: readonly Fault[]): PolicyRefusal {
	const sorted = faults.toSorted((one, other) => one.line - other.line);
	const detail = sorted.map(({ line, message }) => `line ${line}: ${message}`).join('; ');
	return { refused, detail, faults: sorted };
}
