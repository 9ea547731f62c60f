/**
 * Threat: a peer that is thrown out and comes straight back.
 *
 * Defence: what a host is thrown out for gives points; points fade; enough of them bring a ban, longer
 * each time, and bans fade too: addresses change hands.
 */
import { Defence } from './defence.ts';
import { isLoopback } from './rate.ts';

interface Record {
	points: number;
	at: number;
	bannedUntil: number;
	bans: number;
}

export class Misbehaviour extends Defence {
	#records: Map<string, Record> | undefined;

	/** Points against a host. */
	penalty(now: number, host: string, points: number): void {
		if (!this.on || isLoopback(host)) return;
		const record = this.#record(now, host);
		record.points += points;
		if (record.points < this.limits.banPoints) return;
		const minutes = Math.min(this.limits.banMinutesMost, this.limits.banMinutes * 2 ** record.bans++);
		record.bannedUntil = now + minutes * 60_000;
		record.points = 0;
	}

	/** Whether the host is banned now. */
	refuses(now: number, host: string): string | undefined {
		if (!this.on) return undefined;
		const until = this.#records?.get(host)?.bannedUntil ?? 0;
		return now < until ? this.refuse('defence.banned') : undefined;
	}

	#record(now: number, host: string): Record {
		const records = (this.#records ??= new Map());
		let record = records.get(host);
		if (record === undefined) {
			if (records.size >= this.limits.hostsRemembered) {
				records.delete(records.keys().next().value ?? '');
			}
			record = { points: 0, at: now, bannedUntil: 0, bans: 0 };
			records.set(host, record);
		}
		const minutes = (now - record.at) / 60_000;
		record.points = Math.max(0, record.points - minutes * this.limits.pointsPerMinute);
		// A day without a ban halves the memory of them.
		record.bans = Math.max(0, record.bans - Math.floor(minutes / 1440));
		record.at = now;
		return record;
	}
}
