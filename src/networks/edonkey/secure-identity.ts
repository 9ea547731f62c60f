/**
 * Secure identification: each end asks the other to sign a random number, with the key that belongs to its user hash. The
 * rules:
 *
 * - Both ends ask as soon as they talk. Who is new is asked for his key, too; a signature covers the reader's key, so it is
 *   made when that is known.
 * - In version 2 a signature covers an address as well: the signer's own, or, where he does not know it, the one at which he
 *   sees the reader. Without it somebody in the middle can pass both ends' numbers on and be taken for either. We say that we
 *   can 2 and not 1, so everybody of today signs with the address. Who can only 1 is heard, until he has once shown 2.
 * - A user hash belongs to the key that proved it first. Another key, or a signature that does not fit, gives no credit;
 *   where the true user is here at the same time, it is a theft (bans.ts).
 * - One number, one signature: an answer is good once. So much is signed on one link and no more.
 *
 * Keys have 384 bits, which is what this network can read, and can be broken in days by who wants to. So credit is a courtesy
 * between users; nothing else relies on it.
 */
import { isRefusal } from '../../evidence/refusal.ts';
import { hex } from '../common/hash.ts';
import { le32 } from '../common/integers.ts';
import type { Keys } from './accounts.ts';
import type { Bans } from './bans.ts';
import type { Client } from './client.ts';
import type { Credits } from './credits.ts';
import type { Peer, PeerParts, Peers } from './peers.ts';
import { Writer } from './wire/cursor.ts';
import { idOf } from './wire/endpoint.ts';
import { EMULE, type Frame } from './wire/frames.ts';
import { MuleMessage } from './wire/messages.ts';
import {
	AddressKind,
	decodeIdentityState,
	decodePublicKey,
	decodeSignature,
	encodeIdentityState,
	encodePublicKey,
	encodeSignature,
	type Signature,
} from './wire/peers.ts';

const WITHOUT_ADDRESS = 1;
const WITH_ADDRESS = 2;

interface Proceeding {
	/** The number that it has to sign; 0: none, or it has. */
	ours: number;
	/** The number that we have to sign, as soon as we have its key; 0: none. */
	theirs: number;
	key: Uint8Array | undefined;
	asked: number;
	failed: boolean;
}

export interface IdentityParts {
	readonly peers: () => Peers;
	readonly credits: Credits;
	readonly bans: Bans;
}

export class SecureIdentity implements PeerParts {
	readonly #client: Client;
	readonly #keys: Keys;
	readonly #parts: IdentityParts;
	readonly #guarded: boolean;
	readonly #proceedings = new Map<Peer, Proceeding>();

	constructor(client: Client, keys: Keys, parts: IdentityParts) {
		this.#client = client;
		this.#keys = keys;
		this.#parts = parts;
		this.#guarded = !(client.options.defencesOff ?? []).includes('secure-identity');
	}

	arrived(peer: Peer): void {
		const { hash, features } = peer.hello!;
		// Without the defence the user hash is believed: tests show what that is worth.
		if (!this.#guarded) return this.#parts.credits.proven(peer, hash, false);
		if ((features.secureIdentity & (WITHOUT_ADDRESS | WITH_ADDRESS)) === 0) return;
		const key = this.#parts.credits.of(hash)?.key;
		const ours = (le32(this.#client.world.random(4), 0) | 1) >>> 0;
		this.#proceedings.set(peer, { ours, theirs: 0, key, asked: 0, failed: false });
		const state = encodeIdentityState({ wants: key === undefined ? 2 : 1, challenge: ours });
		this.#say(peer, MuleMessage.IdentityState, state);
	}

	needs(): boolean {
		return false;
	}

	left(peer: Peer): void {
		this.#proceedings.delete(peer);
		this.#parts.credits.left(peer);
	}

	frame(peer: Peer, { protocol, opcode, body }: Frame): boolean {
		const proceeding = this.#proceedings.get(peer);
		if (protocol !== EMULE || proceeding === undefined) return false;
		if (opcode === MuleMessage.IdentityState) this.#wanted(peer, proceeding, body);
		else if (opcode === MuleMessage.PublicKey) this.#keyed(peer, proceeding, body);
		else if (opcode === MuleMessage.Signature) this.#signed(peer, proceeding, body);
		else return false;
		return true;
	}

	/** It asks for our key or our signature. */
	#wanted(peer: Peer, proceeding: Proceeding, body: Uint8Array): void {
		const state = decodeIdentityState(body);
		if (isRefusal(state)) return this.#refuse(peer, state.refused, state.detail);
		if (state.wants === 0) return;
		if (++proceeding.asked > this.#client.limits.signaturesOfLink)
			return this.#refuse(peer, 'edonkey.identity.often');
		proceeding.theirs = state.challenge;
		if (state.wants === 2) this.#say(peer, MuleMessage.PublicKey, encodePublicKey(this.#keys.publicKey));
		this.#sign(peer, proceeding);
	}

	#keyed(peer: Peer, proceeding: Proceeding, body: Uint8Array): void {
		const key = decodePublicKey(body);
		if (isRefusal(key)) return this.#refuse(peer, key.refused, key.detail);
		if (proceeding.key !== undefined && hex(proceeding.key) !== hex(key))
			return this.#failed(peer, proceeding, 'edonkey.identity.other');
		proceeding.key ??= key.slice();
		this.#sign(peer, proceeding);
	}

	#sign(peer: Peer, proceeding: Proceeding): void {
		const { key, theirs } = proceeding;
		if (key === undefined || theirs === 0) return;
		proceeding.theirs = 0;
		const withAddress = (peer.hello!.features.secureIdentity & WITH_ADDRESS) !== 0;
		const { connect } = this.#client;
		const kind = connect.isHigh ? AddressKind.Signer : AddressKind.Reader;
		const id = connect.isHigh ? connect.id : idOf(peer.remote.host);
		const message = messageOf(key, theirs, withAddress ? { kind, id } : undefined);
		const signature = this.#keys.sign(message);
		const answer = encodeSignature({ signature, ...(withAddress && { addressKind: kind }) });
		this.#say(peer, MuleMessage.Signature, answer);
	}

	#signed(peer: Peer, proceeding: Proceeding, body: Uint8Array): void {
		const answer = decodeSignature(body);
		if (isRefusal(answer)) return this.#refuse(peer, answer.refused, answer.detail);
		const { key, ours } = proceeding;
		if (key === undefined || ours === 0 || proceeding.failed)
			return this.#refuse(peer, 'edonkey.identity.unasked');
		proceeding.ours = 0;
		const isBound = answer.addressKind !== undefined;
		if (!isBound && this.#parts.credits.of(peer.hello!.hash)?.bound === true)
			return this.#failed(peer, proceeding, 'edonkey.identity.unbound');
		if (!this.#fits(peer, key, ours, answer)) {
			// It has signed the address at which it sees us, and nobody has told us which that is.
			if (answer.addressKind === AddressKind.Reader && !this.#client.connect.isHigh) return;
			return this.#failed(peer, proceeding, 'edonkey.identity.failed');
		}
		this.#parts.credits.proven(peer, key, isBound);
	}

	#fits(peer: Peer, key: Uint8Array, challenge: number, { signature, addressKind }: Signature): boolean {
		const address = addressKind === undefined ? undefined : this.#addressOf(peer, addressKind);
		if (addressKind !== undefined && address === undefined) return false;
		return this.#keys.isSigned(key, messageOf(this.#keys.publicKey, challenge, address), signature);
	}

	/** What its signature must cover; undefined: it cannot be told. */
	#addressOf(peer: Peer, kind: number): SignedAddress | undefined {
		if (kind === AddressKind.Signer) return { kind, id: idOf(peer.remote.host) };
		if (kind !== AddressKind.Reader) return undefined;
		const { connect, options } = this.#client;
		return { kind, id: connect.isHigh ? connect.id : idOf(options.announce.host) };
	}

	#failed(peer: Peer, proceeding: Proceeding, code: string): void {
		proceeding.failed = true;
		this.#refuse(peer, code, hex(peer.hello!.hash));
		if (this.#parts.credits.isElsewhere(peer.hello!.hash, peer)) this.#parts.bans.stole(peer);
	}

	#refuse(peer: Peer, code: string, detail?: string): void {
		this.#parts.peers().refuse(peer, code, detail);
	}

	#say(peer: Peer, opcode: number, body: Uint8Array): void {
		this.#parts.peers().say(peer, opcode, body, EMULE);
	}
}

interface SignedAddress {
	readonly kind: number;
	readonly id: number;
}

/** What is signed: the reader's key, his number and, in version 2, an address and whose it is. */
function messageOf(reader: Uint8Array, challenge: number, address: SignedAddress | undefined): Uint8Array {
	const writer = new Writer(96).put(reader).u32(challenge);
	if (address !== undefined) writer.u32(address.id).u8(address.kind);
	return writer.done();
}
