/**
 * Threat: a peer that is thrown out and comes straight back.
 *
 * Defence: what a host (a /64 of IPv6) is thrown out for gives points; points fade; enough of them bring a
 * ban, longer each time. Bans fade too, one for each day since the last: addresses change hands. The table
 * is bounded, and who is banned now is the last to be forgotten: a crowd must not lift a ban.
 */
import { Defence } from './defence.ts';
import { hostOf, isLoopback } from './rate.ts';

interface Record {
	points: number;
	at: number;
	bannedAt: number;
	bannedUntil: number;
	bans: number;
}

const DAY = 86_400_000;
/** Records looked at for one that may go, when the table is full. */
const LOOKED_AT = 64;

export class Misbehaviour extends Defence {
	/** The latest penalised last. */
	readonly #records = new Map<string, Record>();

	/** Points against a host. */
	penalty(now: number, host: string, points: number): void {
		if (!this.on || isLoopback(host)) return;
		const record = this.#record(now, hostOf(host));
		record.points += points;
		if (record.points < this.limits.banPoints) return;
		record.bans = Math.max(0, record.bans - Math.floor((now - record.bannedAt) / DAY));
		const minutes = Math.min(this.limits.banMinutesMost, this.limits.banMinutes * 2 ** record.bans++);
		record.bannedAt = now;
		record.bannedUntil = now + minutes * 60_000;
		record.points = 0;
	}

	/** Whether the host is banned now. */
	refuses(now: number, host: string): string | undefined {
		if (!this.on) return undefined;
		const until = this.#records.get(hostOf(host))?.bannedUntil ?? 0;
		return now < until ? this.refuse('defence.banned') : undefined;
	}

	#record(now: number, host: string): Record {
		const known = this.#records.get(host);
		if (known === undefined && this.#records.size >= this.limits.hostsRemembered) this.#forgetOne(now);
		const record = known ?? { points: 0, at: now, bannedAt: now, bannedUntil: 0, bans: 0 };
		this.#records.delete(host);
		this.#records.set(host, record);
		const minutes = (now - record.at) / 60_000;
		record.points = Math.max(0, record.points - minutes * this.limits.pointsPerMinute);
		record.at = now;
		return record;
	}

	/** The oldest that is not banned now; where all of the oldest are, the oldest. */
	#forgetOne(now: number): void {
		let looked = 0;
		for (const [host, record] of this.#records) {
			if (record.bannedUntil > now && ++looked < LOOKED_AT) continue;
			this.#records.delete(record.bannedUntil > now ? (this.#records.keys().next().value ?? host) : host);
			return;
		}
		this.#records.delete(this.#records.keys().next().value ?? '');
	}
}
