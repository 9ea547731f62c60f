/**
 * What a client that has its id may ask: searches and their next pages, sources, call-backs.
 *
 * A call-back makes a client with a LowID dial somebody. Whom it dials is who asks, by the address of its own link and
 * the port of its own login, which was checked; what the packet says of it is not read. So nobody can be made to dial
 * a third party through this server.
 */
import { isRefusal } from '../../../evidence/refusal.ts';
import { Writer } from '../wire/cursor.ts';
import { EDONKEY, encodeFrame, encodePacked } from '../wire/frames.ts';
import { Capability } from '../wire/login.ts';
import { ServerMessage } from '../wire/messages.ts';
import { decodeSearch } from '../wire/search-tree.ts';
import { decodeCallbackRequest, decodeGetSources, encodeCallbackRequested } from '../wire/sources.ts';
import { Answer, type Asking, userOf } from './answer.ts';
import type { Parts } from './parts.ts';
import { isHigh } from './register.ts';
import { SearchPlan } from './search.ts';
import { can, type Session } from './sessions.ts';

export class Talk {
	readonly answer: Answer;
	readonly #parts: Parts;
	readonly #writer = new Writer(16_384);
	searches = 0;

	constructor(parts: Parts) {
		this.#parts = parts;
		this.answer = new Answer(parts);
	}

	/** The code of a reason why it is not answered. */
	search(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world, index } = this.#parts;
		if (!quotas.searches.take(world.now(), session.link)) return 'edonkey.search.often';
		const tree = decodeSearch(body);
		if (isRefusal(tree)) return tree.refused;
		this.searches++;
		session.plan = new SearchPlan(index, tree);
		session.pages = 0;
		this.#page(session);
		return undefined;
	}

	more(session: Session): string | undefined {
		const { quotas, world } = this.#parts;
		if (!quotas.searches.take(world.now(), session.link)) return 'edonkey.search.often';
		this.#page(session);
		return undefined;
	}

	/** `withUsers`: the asker can dial obfuscated. */
	sources(session: Session, body: Uint8Array, withUsers: boolean): string | undefined {
		const { quotas, world, index, limits } = this.#parts;
		if (!quotas.sources.take(world.now(), session.link)) return 'edonkey.sources.often';
		const asked = decodeGetSources(body);
		if (isRefusal(asked)) return asked.refused;
		const file = index.find(asked.hash, 0, asked.size);
		const writer = this.#writer.clear();
		// Real programs ask again only after a quarter of an hour: no answer is no worse than an empty one.
		if (file < 0 || this.answer.sources(writer, file, asking(session), limits.sourcesGiven, withUsers) === 0)
			return undefined;
		const { FoundSources, FoundSourcesObfuscated } = ServerMessage;
		this.#parts.send(session, withUsers ? FoundSourcesObfuscated : FoundSources, writer.done());
		return undefined;
	}

	callback(session: Session, body: Uint8Array): string | undefined {
		const { quotas, world, sessions } = this.#parts;
		const now = world.now();
		if (!quotas.callbacks.take(now, session.link)) return 'edonkey.callback.often';
		const id = decodeCallbackRequest(body);
		if (isRefusal(id)) return id.refused;
		const called = sessions.byLowId(id);
		if (called === undefined || called === session || !isHigh(session)) {
			this.#parts.send(session, ServerMessage.CallbackFailed);
			return undefined;
		}
		if (!quotas.calledBack.take(now, called.link)) {
			this.#parts.send(session, ServerMessage.CallbackFailed);
			return 'edonkey.callback.often';
		}
		const address = { host: session.remote.host, port: session.port };
		const user = can(called, Capability.CryptSupported) ? userOf(session) : undefined;
		this.#parts.send(called, ServerMessage.CallbackRequested, encodeCallbackRequested(address, user));
		return undefined;
	}

	/** The next page of the session's search. */
	#page(session: Session): void {
		const { limits, world, budget } = this.#parts;
		const { plan } = session;
		const writer = this.#writer.clear().u32(0);
		let count = 0;
		if (plan !== undefined && session.pages < limits.pages) {
			session.pages++;
			const who = asking(session);
			const files = plan.next(limits.page, budget.grant(world.now(), limits.walked));
			budget.spend(plan.walked);
			for (const file of files) if (this.answer.record(writer, file, who)) count++;
		}
		writer.patch32(0, count);
		const more = plan !== undefined && !plan.done && session.pages < limits.pages;
		if (!more) session.plan = undefined;
		const body = writer.u8(more ? 1 : 0).done();
		const packs = body.length > limits.packFrom && can(session, Capability.Zlib);
		const { SearchResult } = ServerMessage;
		world.send(
			session.link,
			packs ? encodePacked(SearchResult, body, EDONKEY) : encodeFrame(SearchResult, body),
		);
	}
}

function asking(session: Session): Asking {
	return {
		shortTags: can(session, Capability.NewTags),
		largeFiles: can(session, Capability.LargeFiles),
		session,
	};
}
