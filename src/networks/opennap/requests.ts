/**
 * Files that we want, asked for through the server: it asks the one who has it, and tells us where to dial him, or that
 * he cannot be dialled; then we ask that he dials us. The rules:
 *
 * - Nobody is dialled outside the scope of this node, nor at a port of other services.
 * - Nothing that was not asked for is heard; an answer that does not come in time is a failure.
 * - The host learns of each fetch exactly once that it has ended.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { formatAddress } from '../common/address.ts';
import type { FetchRequest } from '../network.ts';
import type { Connect } from './connect.ts';
import { serving } from './limits.ts';
import type { Retrieve } from './retrieve.ts';
import type { Servent } from './servent.ts';
import { readSourceName, type SourceName } from './source-name.ts';
import { nickKey } from './wire/nick.ts';
import { decodeFileOf, decodeMeeting, encodeFileOf, type FileOf, type Meeting } from './wire/transfer.ts';
import { Type } from './wire/types.ts';

export interface Pending extends SourceName {
	readonly request: FetchRequest;
	readonly size: number;
	readonly since: number;
	/** He is to dial us. */
	isPushed: boolean;
}

export class Requests {
	readonly #servent: Servent;
	readonly #connect: Connect;
	readonly #retrieve: () => Retrieve;
	/** By nick and path. */
	readonly #pending = new Map<string, Pending>();

	constructor(servent: Servent, connect: Connect, retrieve: () => Retrieve) {
		this.#servent = servent;
		this.#connect = connect;
		this.#retrieve = retrieve;
	}

	fetch(request: FetchRequest): void {
		const { host, limits, world } = this.#servent;
		const { source, size } = request;
		const fail = (why: string): void => host.fetchEnd(request.fetch, why);
		const name = readSourceName(source.id);
		if (name === undefined || size === undefined)
			return fail('in OpenNap a file is asked for by nick, path and size');
		if (request.tree === true) return fail('OpenNap has no hash trees');
		const server = this.#connect.server;
		if (server?.host !== source.host || server.port !== source.port)
			return fail(`the source is a user of ${formatAddress(source)}, to which this node is not connected`);
		if (this.#pending.size >= limits.requests) return fail('too many requests wait for their answers');
		const key = keyOf(name.nick, name.path);
		if (this.#pending.has(key)) return fail('this file is being asked for already');
		if (!this.#connect.send(Type.Download, encodeFileOf(name.nick, name.path)))
			return fail('the server does not read');
		this.#pending.set(key, { ...name, request, size, since: world.now(), isPushed: false });
	}

	/** Whether it was this one's. */
	cancel(fetch: number): boolean {
		const pending = [...this.#pending.values()].find(({ request }) => request.fetch === fetch);
		if (pending !== undefined) this.#end(pending, 'cancelled');
		return pending !== undefined;
	}

	/** Type 204. */
	acknowledged(body: Uint8Array): void {
		const meeting = decodeMeeting(body);
		if (isRefusal(meeting)) return this.#refuse(meeting.refused, meeting.detail);
		const pending = this.#of(meeting);
		if (pending === undefined || pending.isPushed) return;
		if (meeting.port === 0) return this.#push(pending);
		this.#dial(pending, meeting);
	}

	/** Type 206. */
	failed(body: Uint8Array): void {
		const file = decodeFileOf(body);
		if (isRefusal(file)) return this.#refuse(file.refused, file.detail);
		const pending = this.#of(file);
		if (pending !== undefined)
			this.#end(pending, 'the server says that the file is not there, or its user away');
	}

	/** Type 620: not now. */
	queued(body: Uint8Array): void {
		const file = decodeFileOf(body);
		if (isRefusal(file)) return this.#refuse(file.refused, file.detail);
		const pending = this.#of(file);
		const { link } = this.#connect;
		if (pending === undefined || link === undefined) return;
		const nothing = { status: 503, from: 0, to: 0, agent: '', alternates: [] };
		this.#servent.host.fetchHead(pending.request.fetch, link, { ...nothing, retryAfter: 60 });
		this.#end(pending, 'the source gives as many files as it wants to at once');
	}

	/** Somebody brings a file. undefined: nobody has asked him. */
	brought(nick: string, path: string): Pending | undefined {
		const pending = this.#pending.get(keyOf(nick, path));
		if (pending?.isPushed !== true) return undefined;
		this.#pending.delete(keyOf(nick, path));
		return pending;
	}

	lost(): void {
		for (const pending of [...this.#pending.values()]) this.#end(pending, 'the server is gone');
	}

	tick(now: number): void {
		const late = this.#servent.limits.requestSeconds * 1000;
		for (const pending of [...this.#pending.values()]) {
			if (now - pending.since < late) return;
			this.#end(
				pending,
				pending.isPushed ? 'the source did not dial us' : 'the source did not answer in time',
			);
		}
	}

	#of({ nick, path }: FileOf | Meeting): Pending | undefined {
		return this.#pending.get(keyOf(nick, path));
	}

	#dial(pending: Pending, { host, port }: Meeting): void {
		const { options } = this.#servent;
		if (!options.usable(host) || port < serving.lowestPort)
			return this.#end(
				pending,
				`the source says that it listens at ${host} port ${port}, which is not dialled`,
			);
		this.#pending.delete(keyOf(pending.nick, pending.path));
		this.#retrieve().dial(pending, { host, port });
	}

	#push(pending: Pending): void {
		if (this.#connect.port === 0)
			return this.#end(pending, 'neither the source nor this node can be dialled');
		pending.isPushed = true;
		if (!this.#connect.send(Type.PushRequest, encodeFileOf(pending.nick, pending.path)))
			this.#end(pending, 'the server does not read');
	}

	#end({ nick, path, request }: Pending, why: string): void {
		this.#pending.delete(keyOf(nick, path));
		this.#servent.host.fetchEnd(request.fetch, why);
	}

	#refuse(code: string, detail: string | undefined): void {
		const server = this.#connect.server;
		if (server !== undefined) this.#servent.refuse(code, formatAddress(server), detail);
	}
}

export function keyOf(nick: string, path: string): string {
	return `${nickKey(nick)} ${path}`;
}
