/**
 * One session of ours, as a leaf or as a super-node: greetings, ciphers, units. It holds no link: bytes go in, what
 * they mean comes out, and what we say comes out enciphered, in the order in which it must leave. The rules:
 *
 * - A leaf asks for type 01 and takes 01, 08 or 09; a super-node answers 09 whatever it is asked for.
 * - The other side's name must open, or nothing after it is believed. A super-node talks to every name that it can
 *   read, a leaf only to the known ones: they prove the type.
 * - What was enciphered must leave: a part of the stream that is lost loses all of the rest.
 */
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { text } from '../common/lines.ts';
import { ours, specification } from './limits.ts';
import { refusal } from './refusals.ts';
import { next, type State } from './states.ts';
import { Cipher, keyOf } from './wire/cipher.ts';
import { FrameReader, FrameWriter, type Unit } from './wire/frame.ts';
import {
	encodeAnswer,
	encodeHello,
	leafSeed,
	openName,
	seedOfAnswer,
	seedOfHello,
	supernodeSeed,
} from './wire/handshake.ts';
import { encodeText } from './wire/text.ts';

const askedFor = 0x01;
const answered = 0x09;

/** `say`: send this now. `open`: the session stands; the name of the other side's network. */
export type Step = { readonly say: Uint8Array } | { readonly open: string } | Unit | Refusal;

export class Session {
	state: State;
	readonly #network: string;
	readonly #reader = new FrameReader();
	readonly #writer = new FrameWriter();
	#in: Cipher | undefined;
	#out: Cipher | undefined;
	/** What has come of the greeting and the name. */
	#waiting: Uint8Array = new Uint8Array(0);
	/** The name of the other side's network, as far as it has come. */
	#theirs = '';

	constructor(side: 'leaf' | 'supernode', network: string) {
		this.state = side === 'leaf' ? 'greeting' : 'awaiting';
		this.#network = network;
	}

	/** A leaf's first words. */
	hello(): Uint8Array {
		return encodeHello(askedFor);
	}

	push(bytes: Uint8Array): void {
		if (this.state === 'closed') return;
		if (this.state === 'open') return this.#decipher(bytes.slice());
		const both = new Uint8Array(this.#waiting.length + bytes.length);
		both.set(this.#waiting);
		both.set(bytes, this.#waiting.length);
		this.#waiting = both;
	}

	/** What the bytes so far mean, one step at a time; undefined: more are needed. */
	step(): Step | undefined {
		switch (this.state) {
			case 'greeting':
				return this.#answer();
			case 'awaiting':
				return this.#greet();
			case 'naming':
				return this.#name();
			case 'open': {
				const unit = this.#reader.next();
				if (isRefusal(unit)) this.state = next(this.state, 'refused');
				return unit;
			}
			case 'closed':
				return undefined;
		}
	}

	/** Enciphered: it must be sent, whole, before anything that is made after it. */
	message(type: number, body: Uint8Array): Uint8Array {
		return this.#encipher(this.#writer.message(type, body));
	}

	ping(): Uint8Array {
		return this.#encipher(this.#writer.ping());
	}

	pong(): Uint8Array {
		return this.#encipher(this.#writer.pong());
	}

	/** A leaf reads the super-node's answer. */
	#answer(): Step | undefined {
		if (this.#out !== undefined) return this.#opened();
		const said = this.#waiting;
		if (said.length <= specification.answer) return undefined;
		const seed = seedOfAnswer(said);
		const found = openName(keyOf(seed), said.subarray(specification.answer));
		if (found === 'more') return undefined;
		if (found === undefined) return this.#refuse(refusal('fasttrack.handshake.closed'));
		this.#in = found.cipher;
		this.#out = new Cipher(keyOf((leafSeed ^ seed) >>> 0), found.type);
		this.#waiting = said.subarray(specification.answer + found.length);
		this.#theirs = found.name;
		return { say: this.#encipher(encodeText(`${this.#network}\0`)) };
	}

	#opened(): Step {
		this.state = next(this.state, 'named');
		this.#decipher(this.#waiting.slice());
		this.#waiting = new Uint8Array(0);
		return { open: this.#theirs };
	}

	/** A super-node reads the hello. */
	#greet(): Step | undefined {
		if (this.#waiting.length < specification.hello) return undefined;
		const seed = seedOfHello(this.#waiting);
		this.#waiting = this.#waiting.subarray(specification.hello);
		this.#in = new Cipher(keyOf((seed ^ supernodeSeed) >>> 0), answered);
		this.#out = new Cipher(keyOf(supernodeSeed), answered);
		this.state = next(this.state, 'greeted');
		const answer = encodeAnswer(answered);
		const name = this.#encipher(encodeText(`${this.#network}\0`));
		const say = new Uint8Array(answer.length + name.length);
		say.set(answer);
		say.set(name, answer.length);
		return { say };
	}

	/** A super-node reads the leaf's name, byte by byte: behind it are messages already. */
	#name(): Step | undefined {
		for (let at = 0; at < this.#waiting.length; at++) {
			const byte = this.#waiting.slice(at, at + 1);
			this.#in!.apply(byte);
			if (byte[0] === 0 && this.#theirs !== '') {
				this.#waiting = this.#waiting.subarray(at + 1);
				return this.#opened();
			}
			this.#theirs += text(byte, 0, 1);
			if (!/^[\x20-\x7e]+$/.test(this.#theirs) || this.#theirs.length > ours.networkName)
				return this.#refuse(refusal('fasttrack.handshake.foreign'));
		}
		this.#waiting = new Uint8Array(0);
		return undefined;
	}

	#decipher(bytes: Uint8Array): void {
		this.#in!.apply(bytes);
		this.#reader.push(bytes);
	}

	#encipher(bytes: Uint8Array): Uint8Array {
		if (this.#out === undefined) throw new Error('fasttrack: nothing can be said before the greetings');
		this.#out.apply(bytes);
		return bytes;
	}

	#refuse(why: Refusal): Refusal {
		this.state = next(this.state, 'refused');
		return why;
	}
}
