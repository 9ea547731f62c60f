/**
 * Threat: malformed and repeated messages. Each costs work and means nothing; a peer that sends many is
 * broken, or probes for a parser that breaks.
 *
 * Defence: a few messages without sense are tolerated, then the link ends. A second copy of a message on
 * the same link as the first (a loop, or a replay) is counted likewise; copies that come by other links
 * are how a flood works and are only dropped.
 */
import type { Link } from '../world/world.ts';
import { Defence } from './defence.ts';

export class MalformedTraffic extends Defence {
	readonly #weird = new Map<Link, number>();
	readonly #repeated = new Map<Link, number>();

	/** Counts a message without sense. A code: enough of them. */
	weird(link: Link): string | undefined {
		const count = (this.#weird.get(link) ?? 0) + 1;
		this.#weird.set(link, count);
		return this.on && count >= this.limits.weirdMost ? this.refuse('defence.malformed.often') : undefined;
	}

	/** Counts a repetition on the same link, of `messages` that came by it. A code: enough of them. */
	repeated(link: Link, messages: number): string | undefined {
		const count = (this.#repeated.get(link) ?? 0) + 1;
		this.#repeated.set(link, count);
		const enough = count > this.limits.repeatedLeast && count > this.limits.repeatedShare * messages;
		return this.on && enough ? this.refuse('defence.malformed.repeated') : undefined;
	}

	left(link: Link): void {
		this.#weird.delete(link);
		this.#repeated.delete(link);
	}
}
