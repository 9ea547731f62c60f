/** What one query did: whole numbers, as the overlay engine counts them. */
export interface QueryCounts {
	/** Servents that saw it, without its origin. */
	reached: number;
	messages: number;
	bytes: number;
	duplicates: number;
	/** Sum over the servents reached of how far it had come. */
	hops: number;
	/** Milliseconds until the last delivery. */
	lasted: number;
	hits: number;
	hitMessages: number;
	hitBytes: number;
	/** Milliseconds until the first hit was back; -1: none. */
	firstHit: number;
	firstHitHops: number;
	lost: number;
	refused: number;
}

export function noCounts(): QueryCounts {
	return {
		reached: 0,
		messages: 0,
		bytes: 0,
		duplicates: 0,
		hops: 0,
		lasted: 0,
		hits: 0,
		hitMessages: 0,
		hitBytes: 0,
		firstHit: -1,
		firstHitHops: 0,
		lost: 0,
		refused: 0,
	};
}
