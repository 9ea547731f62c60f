/** What servers send us by UDP: status, answers to searches, sources. What nobody asked for is dropped: it may be forged. */
import { Rate } from '../../defence/rate.ts';
import { isRefusal } from '../../evidence/refusal.ts';
import type { Address } from '../../world/world.ts';
import { formatAddress } from '../common/address.ts';
import type { Register } from './register.ts';
import type { Search } from './search.ts';
import type { Servent } from './servent.ts';
import type { Sources } from './sources.ts';
import { EDONKEY } from './wire/frames.ts';
import { ServerDatagram } from './wire/messages.ts';
import { decodeAnswers, decodeStatus } from './wire/server-datagrams.ts';

/** Records of dropped datagrams in a minute: a flood of them is not a flood of evidence. */
const TOLD = 10;

export class Answers {
	readonly #servent: Servent;
	readonly #register: Register;
	readonly #search: Search;
	readonly #sources: Sources;
	readonly #told = new Rate<string>(TOLD, 60_000, 1);

	constructor(servent: Servent, register: Register, search: Search, sources: Sources) {
		this.#servent = servent;
		this.#register = register;
		this.#search = search;
		this.#sources = sources;
	}

	datagram(from: Address, bytes: Uint8Array): void {
		const why = this.#take(from, bytes);
		if (why === undefined || !this.#told.take(this.#servent.world.now(), '')) return;
		this.#servent.refuse(why, formatAddress(from));
	}

	/** The code of a reason why it was dropped. */
	#take(from: Address, bytes: Uint8Array): string | undefined {
		const server = this.#register.byDatagram(from);
		if (server === undefined || bytes.length < 2 || bytes[0] !== EDONKEY) return 'edonkey.datagram.unasked';
		if (bytes[1] === ServerDatagram.Status) {
			const status = decodeStatus(bytes.subarray(2));
			if (isRefusal(status)) return status.refused;
			return this.#register.answered(server, status) ? undefined : 'edonkey.datagram.unasked';
		}
		const answers = decodeAnswers(bytes);
		if (isRefusal(answers)) return answers.refused;
		let why: string | undefined;
		for (const answer of answers) {
			const wasAsked =
				answer.kind === 'result'
					? this.#search.found(server, answer.record)
					: this.#sources.found(server, answer.found);
			if (!wasAsked) why = 'edonkey.datagram.unasked';
		}
		return why;
	}
}
