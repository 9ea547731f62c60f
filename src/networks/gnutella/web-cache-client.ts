/** The client of web caches (GWebCache 1 and 2) for register.ts: one question at a time, over plain HTTP. */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { VENDOR } from './answer.ts';
import type { HostCache } from './host-cache.ts';
import { type Limits, ours } from './limits.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { type CacheAnswer, decodeCacheAnswer, encodeCacheRequest } from './wire/gwebcache.ts';
import { HeaderBlock } from './wire/head.ts';
import { parseStatus } from './wire/http.ts';
import { asciiText, concat, utf8 } from './wire/text.ts';

interface Cache {
	readonly url: URL;
	/** The version it understands, as far as we know. */
	version: 1 | 2;
	nextAt: number;
	reportedAt: number;
}

interface Question {
	readonly cache: Cache;
	readonly link: Link;
	readonly head: HeaderBlock;
	readonly body: Uint8Array[];
	readonly until: number;
	headDone: boolean;
	bytes: number;
}

const PATIENCE = 20_000;
const REPORT_PAUSE = 3_600_000;

export class WebCacheClient implements LinkOwner {
	readonly #servent: Servent;
	readonly #hosts: HostCache;
	readonly #limits: Limits;
	readonly #reachable: () => boolean;
	readonly #caches: Cache[];
	#question: Question | undefined;

	constructor(servent: Servent, hosts: HostCache, limits: Limits, reachable: () => boolean) {
		this.#servent = servent;
		this.#hosts = hosts;
		this.#limits = limits;
		this.#reachable = reachable;
		this.#caches = servent.options.seeds
			.filter((url) => URL.canParse(url) && url.startsWith('http://'))
			.map((url) => ({ url: new URL(url), version: 2, nextAt: 0, reportedAt: 0 }));
	}

	/** Asks the next cache whose pause is over. */
	ask(now: number): void {
		if (this.#question !== undefined) return;
		const cache = this.#caches.find((one) => one.nextAt <= now);
		if (cache === undefined) return;
		cache.nextAt = now + this.#limits.seedAgainSeconds * 1000;
		const to = { host: cache.url.hostname.replace(/^\[|\]$/g, ''), port: Number(cache.url.port || 80) };
		const link = this.#servent.dial(to, `ask the web cache ${cache.url.href}`, this);
		this.#question = {
			cache,
			link,
			head: new HeaderBlock(),
			body: [],
			until: now + PATIENCE,
			headDone: false,
			bytes: 0,
		};
	}

	tick(now: number): void {
		if (this.#question !== undefined && now > this.#question.until) this.#fail('no answer in time');
	}

	opened(link: Link): void {
		const question = this.#question;
		if (question?.link !== link) return;
		const { cache } = question;
		const now = this.#servent.world.now();
		const due = now - cache.reportedAt > REPORT_PAUSE;
		// Only version 2 carries the report: what version 1 could not say is not said yet.
		const reports = cache.version === 2 && this.#servent.role === 'ultrapeer' && this.#reachable() && due;
		if (reports) cache.reportedAt = now;
		const query = encodeCacheRequest({
			version: cache.version,
			...(cache.version === 2 ? { get: true, net: 'gnutella', update: reports } : { hostfile: true }),
			...(reports ? { ip: this.#servent.options.announce } : {}),
			client: VENDOR,
			clientVersion: '0.1',
		});
		// HTTP/1.0: the end of the link is the end of the answer, and nothing is chunked.
		const request = `GET ${cache.url.pathname}?${query} HTTP/1.0\r\nHost: ${cache.url.host}\r\nUser-Agent: ${this.#servent.options.agent}\r\n\r\n`;
		this.#servent.world.send(link, utf8(request));
	}

	received(link: Link, bytes: Uint8Array): void {
		const question = this.#question;
		if (question?.link !== link) return;
		let rest = bytes;
		if (!question.headDone) {
			const answer = question.head.push(bytes);
			if (answer === 'more') return;
			if (isRefusal(answer)) return this.#fail(answer.detail ?? answer.refused);
			question.headDone = true;
			rest = question.head.rest;
		}
		question.bytes += rest.length;
		if (question.bytes > ours.webCacheBody) return this.#fail('the answer is too long');
		question.body.push(rest.slice());
		const said = Number(question.head.headers.get('content-length') ?? Number.NaN);
		if (question.bytes >= said) this.#answered(question);
	}

	drained(): void {}

	closed(link: Link, why: string): void {
		const question = this.#question;
		if (question?.link !== link) return;
		if (question.headDone) this.#answered(question);
		else this.#fail(why);
	}

	#answered(question: Question): void {
		const status = parseStatus(question.head.firstLine ?? '');
		if (isRefusal(status) || status.code !== 200) return this.#fail('it did not answer 200');
		const text = concat(question.body);
		const answer = decodeCacheAnswer(asciiText(text, 0, text.length));
		if (isRefusal(answer)) return this.#fail(answer.detail ?? answer.refused);
		this.#close('answered');
		this.#take(question.cache, answer);
	}

	#take(cache: Cache, answer: CacheAnswer): void {
		if (answer.error !== undefined || answer.hosts.length === 0) {
			// Perhaps it speaks the other version: that is tried at the next turn.
			cache.version = cache.version === 2 ? 1 : 2;
			return;
		}
		for (const { address } of answer.hosts) this.#hosts.told(address, 'seed', cache.url.hostname);
		cache.nextAt = this.#servent.world.now() + this.#limits.seedPauseMinutes * 60_000;
	}

	#fail(why: string): void {
		const question = this.#question;
		if (question === undefined) return;
		this.#servent.refuse('gnutella.webcache.failed', question.cache.url.href, why);
		question.cache.version = question.cache.version === 2 ? 1 : 2;
		this.#close(why);
	}

	#close(why: string): void {
		const question = this.#question;
		this.#question = undefined;
		if (question !== undefined) this.#servent.world.hangup(question.link, why);
	}
}
