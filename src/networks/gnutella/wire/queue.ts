/**
 * A place in a servent's upload queue, as a 503 tells it. Two dialects:
 *
 * - Active queueing (LimeWire, BearShare): `X-Queue: position=2,length=5,limit=4,pollMin=45,pollMax=120`. The
 *   place hangs on the link: the asker keeps it, and asks again between pollMin and pollMax seconds later.
 * - PARQ (gtk-gnutella): `X-Queued: position=3; length=7; lifetime=120; retry-after=60; ID=4f2a`. The ID names the
 *   place: the asker may close the link, and come back on a new one after retry-after seconds and before
 *   lifetime is over.
 *
 * An asker says which it understands: `X-Queue: 0.1` or `X-Queue: 1.0`; and names its place with `X-Queued: ID=4f2a`,
 * a position before it. PARQ's third part is left out: `QUEUE id ip:port`, a call back from the server when the turn
 * has come. It makes a servent dial an address that it was told, and coming back in time does without.
 */
export interface QueuePlace {
	/** 1 is next. */
	readonly position: number;
	readonly length?: number;
	/** Seconds. */
	readonly pollFrom: number;
	readonly pollTo: number;
	/** PARQ's ID. */
	readonly ticket?: string;
}

/** What an asker understands; `parq` includes `active`. */
export type QueueDialect = 'active' | 'parq';

const longest = 400;
const most = 100_000;
/** Where a servent says nothing of the time: what LimeWire did. */
const usual = { from: 45, to: 120 };
/** Hex or base32. */
const TICKET = /^(?:[0-9A-Fa-f]{1,40}|[A-Za-z2-7]{1,40})$/;

/** The value of a request's X-Queue; undefined: the asker understands no queue. */
export function parseDialect(value: string | undefined): QueueDialect | undefined {
	if (value === undefined) return undefined;
	// Whatever else it says, it has heard of queues.
	return /^\s*[1-9][0-9]?\.[0-9]{1,2}\s*$/.test(value) ? 'parq' : 'active';
}

/** X-Queue of an answer. undefined: it is no place in a queue. */
export function parseQueue(value: string): QueuePlace | undefined {
	const said = numbersOf(partsOf(value.slice(0, longest)));
	return placeOf(said, said.get('pollmin') ?? usual.from, said.get('pollmax'));
}

/** X-Queued of an answer; `retryAfter` is that of the Retry-After beside it. undefined: it is no place in a queue. */
export function parseQueued(value: string, retryAfter?: number): QueuePlace | undefined {
	if (value.length > longest) return undefined;
	const parts = partsOf(value);
	const said = numbersOf(parts);
	const from = said.get('retry-after') ?? Math.min(retryAfter ?? usual.from, most);
	const place = placeOf(said, from, said.get('lifetime'));
	if (place === undefined || place.position === 0) return undefined;
	const ticket = ticketOf(parts);
	return { ...place, ...(ticket === undefined ? {} : { ticket }) };
}

/** X-Queued of a request: the place that the asker says to hold. */
export function parseTicket(value: string | undefined): string | undefined {
	return value === undefined || value.length > longest ? undefined : ticketOf(partsOf(value));
}

export function formatQueue({ position, length, pollFrom, pollTo }: QueuePlace): string {
	const of = length === undefined ? '' : `,length=${length}`;
	return `position=${position}${of},pollMin=${pollFrom},pollMax=${pollTo}`;
}

export function formatQueued({ position, length, pollFrom, pollTo, ticket }: QueuePlace): string {
	const of = length === undefined ? '' : ` length=${length};`;
	const id = ticket === undefined ? '' : `; ${formatTicket(ticket)}`;
	return `position=${position};${of} lifetime=${pollTo}; retry-after=${pollFrom}${id}`;
}

export function formatTicket(ticket: string): string {
	return `ID=${ticket}`;
}

/** By name in lower case; where a name comes twice, the last counts. */
function partsOf(value: string): ReadonlyMap<string, string> {
	const parts = new Map<string, string>();
	for (const part of value.split(/[,;]/, 12)) {
		const match = /^\s*([A-Za-z-]{1,20})\s*[=:]\s*("?)([0-9A-Za-z]{1,40})\2\s*$/.exec(part);
		if (match) parts.set(match[1]!.toLowerCase(), match[3]!);
	}
	return parts;
}

function numbersOf(parts: ReadonlyMap<string, string>): ReadonlyMap<string, number> {
	const said = [...parts].filter(([, text]) => /^[0-9]{1,9}$/.test(text));
	return new Map(said.map(([name, text]) => [name, Math.min(Number(text), most)]));
}

function ticketOf(parts: ReadonlyMap<string, string>): string | undefined {
	const ticket = parts.get('id');
	return ticket !== undefined && TICKET.test(ticket) ? ticket : undefined;
}

function placeOf(
	said: ReadonlyMap<string, number>,
	pollFrom: number,
	pollTo = usual.to,
): QueuePlace | undefined {
	const position = said.get('position');
	if (position === undefined) return undefined;
	const length = said.get('length');
	return {
		position,
		...(length === undefined ? {} : { length }),
		pollFrom,
		pollTo: Math.max(pollFrom, pollTo),
	};
}
