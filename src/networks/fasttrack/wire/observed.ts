/**
 * A session as somebody between the two sides reads it: both greetings tell the seeds, the name behind the
 * super-node's tells the type. What is missing a byte from the beginning on, or is of another type, stays closed.
 *
 * A key takes longer than all else, so there are two a session at most, one where nothing opens, and none where the
 * observer has no time for it.
 */
import { isRefusal } from '../../../evidence/refusal.ts';
import { ours, specification } from '../limits.ts';
import { Cipher, type CipherType, type Key, keyOf } from './cipher.ts';
import { FrameReader, type Message } from './frame.ts';
import { openName, seedOfAnswer, seedOfHello } from './handshake.ts';

const none = new Uint8Array(0);

/** The bytes of one direction behind its name. */
interface Opened {
	readonly cipher: Cipher;
	readonly reader: FrameReader;
}

class Direction {
	/** The greeting, and what came behind it before it could be opened. */
	waiting: Uint8Array = none;
	opened: Opened | undefined;
	key: Key | undefined;

	/** `cipher` stands behind the name. */
	open(cipher: Cipher): void {
		this.opened = { cipher, reader: new FrameReader(ours.watchedBody) };
	}
}

export class ObservedSession {
	readonly #take: (fromLeaf: boolean, message: Message) => void;
	readonly #mayWork: () => boolean;
	readonly #leaf = new Direction();
	readonly #supernode = new Direction();
	#type: CipherType | undefined;

	/** `take` is given the messages; their bodies are good until it returns. `mayWork` is asked before each key. */
	constructor(take: (fromLeaf: boolean, message: Message) => void, mayWork: () => boolean) {
		this.#take = take;
		this.#mayWork = mayWork;
	}

	/** The next bytes of one direction, which are not changed. Returns false when nothing more can be read. */
	bytes(fromLeaf: boolean, bytes: Uint8Array): boolean {
		const direction = fromLeaf ? this.#leaf : this.#supernode;
		if (direction.opened !== undefined) return this.#read(fromLeaf, direction.opened, bytes);
		const both = new Uint8Array(direction.waiting.length + bytes.length);
		both.set(direction.waiting);
		both.set(bytes, direction.waiting.length);
		direction.waiting = both;
		if (this.#type === undefined && !this.#openSupernode()) return false;
		if (this.#type !== undefined && this.#leaf.opened === undefined && !this.#openLeaf()) return false;
		return direction.opened !== undefined || both.length <= ours.watchedEarly;
	}

	/** Returns whether there is still hope. */
	#openSupernode(): boolean {
		const side = this.#supernode;
		const said = side.waiting;
		if (this.#leaf.waiting.length < specification.hello || said.length <= specification.answer) return true;
		side.key ??= this.#key(seedOfAnswer(said));
		if (side.key === undefined) return false;
		const found = openName(side.key, said.subarray(specification.answer));
		if (found === undefined || found === 'more') return found === 'more';
		this.#type = found.type;
		side.open(found.cipher);
		return this.#read(false, side.opened!, said.subarray(specification.answer + found.length));
	}

	#openLeaf(): boolean {
		const side = this.#leaf;
		const name = side.waiting.slice(specification.hello, specification.hello + ours.networkName);
		if (name.length === 0) return true;
		side.key ??= this.#key((seedOfHello(side.waiting) ^ seedOfAnswer(this.#supernode.waiting)) >>> 0);
		if (side.key === undefined) return false;
		new Cipher(side.key, this.#type!).apply(name);
		const end = name.indexOf(0);
		if (end < 0) return name.length < ours.networkName;
		const cipher = new Cipher(side.key, this.#type!);
		cipher.apply(new Uint8Array(end + 1));
		side.open(cipher);
		const rest = side.waiting.subarray(specification.hello + end + 1);
		side.waiting = this.#supernode.waiting = none;
		return this.#read(true, side.opened!, rest);
	}

	#key(seed: number): Key | undefined {
		return this.#mayWork() ? keyOf(seed) : undefined;
	}

	#read(fromLeaf: boolean, { cipher, reader }: Opened, closed: Uint8Array): boolean {
		const bytes = closed.slice();
		cipher.apply(bytes);
		reader.push(bytes);
		for (let unit = reader.next(); unit !== undefined; unit = reader.next()) {
			if (isRefusal(unit)) return false;
			if (typeof unit === 'object') this.#take(fromLeaf, unit);
		}
		return true;
	}
}
