/** A download's record and the only ways to change it: each change is stored before anyone hears of it. */
import type { DownloadRecord } from './records.ts';
import { DownloadRefused } from './refused.ts';
import { type DownloadEvent, type DownloadState, next } from './states.ts';

export class Life {
	record: DownloadRecord;
	readonly #stored: (record: DownloadRecord) => void;

	constructor(record: DownloadRecord, stored: (record: DownloadRecord) => void) {
		this.record = record;
		this.#stored = stored;
	}

	get state(): DownloadState {
		return this.record.state;
	}

	save(change: Partial<DownloadRecord>): void {
		this.record = { ...this.record, ...change };
		this.#stored(this.record);
	}

	/** The bytes that are here; they are stored already. */
	progress(done: number): void {
		this.record = { ...this.record, done };
	}

	/** What happens by itself: an event that the state does not take is our own fault. */
	go(event: DownloadEvent, why: string, more: Partial<DownloadRecord> = {}): void {
		const state = next(this.state, event);
		if (state === undefined) throw new Error(`a download that is ${this.state} takes no "${event}"`);
		this.save({ ...more, state, why });
	}

	/** What the user orders: throws DownloadRefused where the state does not take it. */
	order(event: DownloadEvent, why: string, more: Partial<DownloadRecord> = {}): void {
		if (next(this.state, event) === undefined) {
			const sentence = `"${event}" is not possible: ${this.record.name} is ${this.state}.`;
			throw new DownloadRefused('transfer.order.impossible', sentence);
		}
		this.go(event, why, more);
	}
}
