/**
 * Lists of servers (server.met) that the user names by URL, fetched by plain HTTP, one at a time. What is in them is
 * known as if he had named each server: the register bounds how many, and believes none before it has answered. A list
 * is asked for until it came, then no more: what is in it grows old slowly, and its host need not know when we run.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import type { Link } from '../../world/world.ts';
import { HeadText } from '../common/head-text.ts';
import { joining } from './limits.ts';
import type { Register } from './register.ts';
import type { LinkOwner, Servent } from './servent.ts';
import { decodeServerMet } from './wire/server-met.ts';

interface Question {
	readonly url: URL;
	readonly link: Link;
	readonly until: number;
	readonly head: HeadText;
	/** Of the body; undefined: the head is not over. */
	body: Uint8Array[] | undefined;
	bytes: number;
}

export class ServerLists implements LinkOwner {
	readonly #servent: Servent;
	readonly #register: Register;
	/** When each may be asked. */
	readonly #wanted = new Map<string, number>();
	#question: Question | undefined;

	constructor(servent: Servent, register: Register, urls: readonly string[]) {
		this.#servent = servent;
		this.#register = register;
		for (const url of urls)
			if (URL.canParse(url) && url.startsWith('http://')) this.#wanted.set(new URL(url).href, 0);
	}

	tick(now: number): void {
		if (this.#question !== undefined) {
			if (now >= this.#question.until) this.#fail('no answer in time');
			return;
		}
		for (const [text, at] of this.#wanted) if (now >= at) return this.#ask(now, new URL(text));
	}

	opened(link: Link): void {
		if (this.#question?.link !== link) return;
		const { url } = this.#question;
		// HTTP/1.0: the end of the link is the end of the answer, and nothing is chunked.
		const request = `GET ${url.pathname}${url.search} HTTP/1.0\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`;
		this.#servent.world.send(link, new TextEncoder().encode(request));
	}

	received(link: Link, bytes: Uint8Array): void {
		const question = this.#question;
		if (question?.link !== link) return;
		let from = 0;
		if (question.body === undefined) {
			const end = question.head.push(bytes, 0, bytes.length);
			if (end === -1) return;
			if (end === undefined) return this.#fail('this is no HTTP');
			if (!/^HTTP\/1\.[01] 200\b/.test(question.head.text)) return this.#fail('it did not answer 200');
			question.body = [];
			from = end;
		}
		question.bytes += bytes.length - from;
		if (question.bytes > joining.listBytes) return this.#fail('the answer is too long');
		question.body.push(bytes.slice(from));
		const length = /\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r?\n/i.exec(question.head.text)?.[1];
		if (length !== undefined && question.bytes >= Number(length)) this.#whole(question);
	}

	closed(link: Link, why: string): void {
		const question = this.#question;
		if (question?.link !== link) return;
		if (question.body === undefined) this.#fail(why);
		else this.#whole(question);
	}

	#ask(now: number, url: URL): void {
		this.#wanted.set(url.href, now + joining.listAgainMinutes * 60_000);
		const to = { host: url.hostname.replace(/^\[|\]$/g, ''), port: Number(url.port || 80) };
		const link = this.#servent.dial(to, 'a list of servers', this);
		const until = now + joining.listSeconds * 1000;
		this.#question = { url, link, until, head: new HeadText(), body: undefined, bytes: 0 };
	}

	#whole({ url, body = [], bytes }: Question): void {
		const whole = new Uint8Array(bytes);
		let at = 0;
		for (const piece of body) {
			whole.set(piece, at);
			at += piece.length;
		}
		const servers = decodeServerMet(whole);
		if (isRefusal(servers)) return this.#fail('this is no server.met');
		for (const { address, obfuscatedPort = 0 } of servers) this.#register.add({ ...address, obfuscatedPort });
		this.#wanted.delete(url.href);
		this.#close('it has answered');
	}

	#fail(why: string): void {
		if (this.#question !== undefined) this.#servent.refuse('edonkey.join.list', this.#question.url.href, why);
		this.#close(why);
	}

	#close(why: string): void {
		const question = this.#question;
		this.#question = undefined;
		if (question !== undefined) this.#servent.world.hangup(question.link, why);
	}
}
