/**
 * A server as its operator's page sees it. Rates are made from what the page saw before: figures are kept for some
 * seconds when somebody looks, and nothing is done while nobody does.
 */
import { reasonOf } from '../evidence/reasons.ts';
import { formatAddress } from '../networks/common/address.ts';
import type { NetworkName } from '../networks/network.ts';
import type { Address } from '../world/world.ts';
import type { Operating } from './api/operating.ts';
import type { ServerView } from './api/server-schemas.ts';

/** The rows that a page shows. */
const mostClients = 100;
const mostBans = 1000;
/** Milliseconds: rates are over so long a time, from looks that lie so far apart. */
const window = 15_000;
const step = 1000;

const counters = [
	...(['logins', 'offered', 'searches', 'datagrams', 'datagramsHeld'] as const),
	...(['datagramBytesIn', 'datagramBytesOut', 'datagramBytesUnproven'] as const),
];

/** What a server of any network lets its operator see and do. */
export interface Operator {
	figures(): object;
	/** How often what was refused, by code. */
	refused(): [code: string, count: number][];
	clients(most: number): ServerView['clients'];
	bans(): [host: string, until: number][];
	ban(host: string, until: number | undefined): void;
	unban(host: string): boolean;
}

export interface ServerDeskOptions {
	readonly network: NetworkName;
	readonly operator: Operator;
	/** Where clients reach it. */
	readonly address: Address;
	/** Opened in a client, it adds the server. */
	readonly link?: string;
	readonly now: () => number;
	/** After a ban has changed. */
	readonly changed: () => void;
}

export class ServerDesk implements Operating {
	readonly #options: ServerDeskOptions;
	readonly #startedAt: number;
	#looks: { readonly at: number; readonly figures: Readonly<Record<string, number>> }[] = [];

	constructor(options: ServerDeskOptions) {
		this.#options = options;
		this.#startedAt = options.now();
	}

	view(): ServerView {
		const { network, operator, address, link, now } = this.#options;
		const at = now();
		const figures = { ...operator.figures() } as Record<string, number>;
		return {
			network,
			address: formatAddress(address),
			...(link !== undefined && { link }),
			startedAt: this.#startedAt,
			figures,
			rates: this.#rates(at, figures),
			refused: refusedOf(operator),
			bans: operator
				.bans()
				.slice(-mostBans)
				.reverse()
				.map(([host, until]) => ({ host, until: until === Number.MAX_SAFE_INTEGER ? null : until })),
			clients: operator.clients(mostClients),
		};
	}

	ban(host: string, seconds: number | undefined): void {
		const { operator, now, changed } = this.#options;
		operator.ban(host, seconds === undefined ? undefined : now() + seconds * 1000);
		changed();
	}

	unban(host: string): boolean {
		const found = this.#options.operator.unban(host);
		if (found) this.#options.changed();
		return found;
	}

	#rates(at: number, figures: Readonly<Record<string, number>>): Record<string, number> {
		this.#looks = this.#looks.filter((look) => at - look.at <= window);
		const [first] = this.#looks;
		const last = this.#looks.at(-1);
		if (last === undefined || at - last.at >= step) this.#looks.push({ at, figures });
		if (first === undefined || at - first.at < step) return {};
		const rate = (name: string) =>
			((figures[name] ?? 0) - (first.figures[name] ?? 0)) / ((at - first.at) / 1000);
		return Object.fromEntries(counters.filter((name) => name in figures).map((name) => [name, rate(name)]));
	}
}

function refusedOf(operator: Operator): ServerView['refused'] {
	const rows = operator.refused().map(([code, count]) => {
		const { short = code, sentence = code, fault = '' } = reasonOf(code) ?? {};
		return { code, short, sentence, fault, count };
	});
	return rows.sort((one, other) => other.count - one.count);
}
