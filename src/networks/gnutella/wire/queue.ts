/**
 * A place in a servent's upload queue: `X-Queue: position=2,length=5,limit=4,pollMin=45,pollMax=120` in a 503
 * (active queueing, as LimeWire and BearShare began it; gtk-gnutella says the same). The asker keeps the
 * link and asks again between pollMin and pollMax seconds later.
 */
export interface QueuePlace {
	/** 1 is next. */
	readonly position: number;
	readonly length?: number;
	/** Seconds. */
	readonly pollFrom: number;
	readonly pollTo: number;
}

const most = 100_000;
/** Where a servent says nothing of the time: what LimeWire did. */
const usual = { from: 45, to: 120 };

/** undefined: it is no place in a queue. */
export function parseQueue(value: string): QueuePlace | undefined {
	const said = new Map<string, number>();
	for (const part of value.slice(0, 400).split(/[,;]/, 12)) {
		const match = /^\s*([A-Za-z]{1,20})\s*[=:]\s*"?([0-9]{1,9})"?\s*$/.exec(part);
		if (match) said.set(match[1]!.toLowerCase(), Math.min(Number(match[2]), most));
	}
	const position = said.get('position');
	if (position === undefined) return undefined;
	const length = said.get('length');
	const pollFrom = said.get('pollmin') ?? usual.from;
	const pollTo = Math.max(pollFrom, said.get('pollmax') ?? usual.to);
	return { position, ...(length === undefined ? {} : { length }), pollFrom, pollTo };
}

export function formatQueue({ position, length, pollFrom, pollTo }: QueuePlace): string {
	const of = length === undefined ? '' : `,length=${length}`;
	return `position=${position}${of},pollMin=${pollFrom},pollMax=${pollTo}`;
}
