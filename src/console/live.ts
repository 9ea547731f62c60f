/**
 * The one live stream of the page.
 *
 * 1. One EventSource at a time. It always brings `status`; it brings one list too, if a view wants one.
 * 2. Views claim the stream. The latest claim has it: a drawer on top of a page takes it over, and the
 *    page gets it back, with a whole window, when the drawer closes. Meanwhile the page asks once, by GET,
 *    for a window that it has not got.
 * 3. A view that changes its window, sort or filter makes a new stream with another query, a moment
 *    later, so that scrolling does not make one for each step.
 * 4. A hidden tab holds no stream, since browsers allow few to one host; it asks for the status now and then,
 *    for the title of the tab.
 * 5. A stream that ends, or is silent for `silence`, is lost: the page keeps its last figures, says
 *    from when they are, and tries again with growing pauses. A 401 locks the page.
 */
import type { ListName, Page, Status } from '../node/api/schemas.ts';
import { ApiError, base, call, query } from './api.ts';
import { after, now } from './clock.ts';
import { createStore, type Store } from './store.ts';

const silence = 6_000;
const longestPause = 8_000;
const settle = 60;
const restPause = 5_000;

export interface View {
	readonly list: ListName;
	readonly from: number;
	readonly count: number;
	readonly sort: string | undefined;
	readonly filter: string | undefined;
	readonly search: number | undefined;
}

interface ChangedRows {
	readonly rows: readonly { readonly id: number }[];
	readonly total: number;
	readonly all: number;
}

export interface Receiver {
	/** The whole window, and the view that it answers. */
	window(page: Page<never>, view: View): void;
	rows(changed: ChangedRows, view: View): void;
}

export interface Claim {
	/** False: another view has the stream, and this one must ask by itself what it needs. */
	onTop(): boolean;
	update(view: View): void;
	release(): void;
}

type LinkState = 'connecting' | 'live' | 'lost' | 'locked';

interface Claimed {
	view: View;
	readonly receiver: Receiver;
}

class Live {
	readonly status: Store<Status | undefined> = createStore<Status | undefined>(undefined);
	readonly link: Store<LinkState> = createStore<LinkState>('connecting');
	/** Milliseconds since the epoch of the last word from the node. */
	readonly heard: Store<number> = createStore(0);
	/** Grows with each command that was carried out: fetched lists ask again. */
	readonly touched: Store<number> = createStore(0);
	#claims: Claimed[] = [];
	#source: EventSource | undefined;
	#url = '';
	/** The claim that the stream was opened for. */
	#openedFor: Claimed | undefined;
	#failures = 0;
	#cancelOpen: (() => void) | undefined;
	#cancelWatch: (() => void) | undefined;

	start(): void {
		document.addEventListener('visibilitychange', () => {
			if (this.link.get() !== 'locked') this.#open();
		});
		addEventListener('online', () => this.#open());
		this.#open();
	}

	claim(view: View, receiver: Receiver): Claim {
		const claimed: Claimed = { view, receiver };
		this.#claims.push(claimed);
		this.#soon();
		return {
			onTop: () => this.#claims.at(-1) === claimed,
			update: (next) => {
				claimed.view = next;
				this.#soon();
			},
			release: () => {
				this.#claims = this.#claims.filter((other) => other !== claimed);
				this.#soon();
			},
		};
	}

	touch(): void {
		this.touched.set(this.touched.get() + 1);
	}

	lock(): void {
		this.#close();
		this.link.set('locked');
	}

	/** Tries at once, for a user who does not want to wait for the next attempt. */
	retry(): void {
		this.#failures = 0;
		this.#open();
	}

	/**
	 * The claim that the stream is for. A stream that failed before any status came may have failed for its list, which this
	 * console need not have (one that only watches has no transfers): then the status comes first.
	 */
	#top(): Claimed | undefined {
		return this.status.get() === undefined && this.#failures > 0 ? undefined : this.#claims.at(-1);
	}

	#wanted(): string {
		const top = this.#top();
		return new URL(`live?${top === undefined ? '' : query({ ...top.view })}`, base).href;
	}

	#soon(): void {
		if (this.link.get() === 'lost' || this.link.get() === 'locked') return;
		this.#cancelOpen?.();
		this.#cancelOpen = after(settle, () => {
			const same = this.#source !== undefined && this.#top() === this.#openedFor;
			if (!same || this.#wanted() !== this.#url) this.#open();
		});
	}

	#open(): void {
		this.#close();
		if (document.hidden) return void this.#rest();
		this.#url = this.#wanted();
		const source = new EventSource(this.#url, { withCredentials: true });
		this.#source = source;
		const top = this.#top();
		this.#openedFor = top;
		const view = top?.view as View;
		const on = (name: string, take: (data: never) => void) =>
			source.addEventListener(name, (event: MessageEvent<string>) => {
				if (this.#source !== source) return;
				this.#alive();
				take(JSON.parse(event.data) as never);
			});
		on('status', (status: Status) => this.status.set(status));
		on('window', (page: Page<never>) => top?.receiver.window(page, view));
		on('rows', (changed: ChangedRows) => top?.receiver.rows(changed, view));
		source.onerror = () => {
			if (this.#source === source) void this.#lost();
		};
		this.#watch();
	}

	#alive(): void {
		this.#failures = 0;
		this.heard.set(now());
		const wasLost = this.link.get() !== 'live';
		this.link.set('live');
		this.#watch();
		if (wasLost) this.#soon();
	}

	/** The tab is hidden. */
	async #rest(): Promise<void> {
		this.#cancelOpen = after(restPause, () => this.#open());
		try {
			const status = await call<Status>('GET', 'status');
			if (!document.hidden) return;
			this.heard.set(now());
			this.status.set(status);
		} catch (error) {
			if (error instanceof ApiError && error.status === 401) this.lock();
		}
	}

	#watch(): void {
		this.#cancelWatch?.();
		this.#cancelWatch = after(silence, () => void this.#lost());
	}

	async #lost(): Promise<void> {
		this.#close();
		if (this.link.get() !== 'locked') this.link.set('lost');
		const pause = Math.min(longestPause, 500 * 2 ** this.#failures++);
		this.#cancelOpen = after(pause, () => this.#open());
		if (await unauthorized()) this.lock();
	}

	#close(): void {
		this.#cancelOpen?.();
		this.#cancelWatch?.();
		this.#source?.close();
		this.#source = undefined;
	}
}

/** An EventSource does not tell the status of a refusal; a plain request does. */
async function unauthorized(): Promise<boolean> {
	try {
		return (await fetch(new URL('status', base), { credentials: 'same-origin' })).status === 401;
	} catch {
		return false;
	}
}

export const live = new Live();
