/** What a program sends with sendto, sendmsg and sendmmsg, copied out of its memory, and sent in its place. */
import { longestAddress } from '../socket-address.ts';
import { call, error, kernel, Piece } from './calls.ts';
import type { Notifications, Question } from './notify.ts';

/** Bytes of one message; a stream takes less at once. */
export const mostAtOnce = 256 * 1024;
const mostParts = 1024;
const mostControl = 4096;
const AF_UNIX = 1;
const AF_INET = 2;
const SOL_SOCKET = 1;
const SOL_IP = 0;
const SOL_IPV6 = 41;
const SOL_UDP = 17;
const SCM_RIGHTS = 1;
const SCM_CREDENTIALS = 2;
/** Level and type: time to live, type of service, own address, segment size. */
const harmless = new Set([
	...[`${SOL_IP} 1`, `${SOL_IP} 2`, `${SOL_IP} 8`, `${SOL_IPV6} 50`, `${SOL_IPV6} 52`, `${SOL_IPV6} 67`],
	...[`${SOL_IPV6} 62`, `${SOL_UDP} 103`],
]);

export interface Message {
	/** Empty: none. */
	readonly name: Uint8Array;
	readonly data: Uint8Array;
	readonly control: Uint8Array;
	/** Keeps a descriptor of ours until it was sent. */
	hold(descriptor: number): void;
	/** It was sent, or never will be. */
	done(): void;
}

interface Parts {
	readonly name: number;
	readonly nameLength: number;
	readonly parts: readonly (readonly [at: number, length: number])[];
	readonly stream: boolean;
	readonly control?: Uint8Array;
	readonly descriptors?: readonly number[];
}

export class MessageReader {
	readonly #notifications: Notifications;
	/** struct msghdr, struct iovec, the name, the control data. */
	readonly #head = new Piece(56 + 16 + longestAddress + mostControl);
	readonly #data = new Piece(mostAtOnce);

	constructor(notifications: Notifications) {
		this.#notifications = notifications;
	}

	/** struct msghdr at this address. Or minus an error. */
	read(question: Question, at: number, domain: number, stream: boolean): Message | number {
		const head = this.#notifications.read(question, at, 56);
		if (head === undefined) return -error.EFAULT;
		const word = (offset: number): number => Number(head.readBigUInt64LE(offset));
		const [vector, count, control, controlLength] = [word(16), word(24), word(32), word(40)];
		if (count > mostParts) return -error.EMSGSIZE;
		if (controlLength > mostControl) return -error.ENOBUFS;
		const list = this.#notifications.read(question, vector, count * 16);
		if (list === undefined) return -error.EFAULT;
		const parts = Array.from(
			{ length: count },
			(_, index) =>
				[Number(list.readBigUInt64LE(index * 16)), Number(list.readBigUInt64LE(index * 16 + 8))] as const,
		);
		const name = word(0);
		const found =
			control === 0 || controlLength === 0 ? plain : this.#control(question, control, controlLength, domain);
		if (typeof found === 'number') return found;
		const nameLength = name === 0 ? 0 : head.readInt32LE(8);
		const message = this.ofParts(question, { name, nameLength, parts, stream, ...found });
		if (typeof message === 'number') closeAll(found.descriptors);
		return message;
	}

	ofParts(
		question: Question,
		{ name, nameLength, parts, stream, control, descriptors = [] }: Parts,
	): Message | number {
		const length = nameLength | 0;
		if (length < 0 || (name !== 0 && length > longestAddress)) return -error.EINVAL;
		const address = name === 0 ? new Uint8Array(0) : this.#notifications.read(question, name, length);
		if (address === undefined) return -error.EFAULT;
		const data = this.#gather(question, parts, stream);
		if (typeof data === 'number') return data;
		const held = [...descriptors];
		return {
			name: address,
			data,
			control: control ?? new Uint8Array(0),
			hold: (descriptor) => void held.push(descriptor),
			done: () => closeAll(held.splice(0)),
		};
	}

	#gather(question: Question, parts: Parts['parts'], stream: boolean): Uint8Array | number {
		const pieces: Uint8Array[] = [];
		let total = 0;
		for (const [at, length] of parts) {
			const room = mostAtOnce - total;
			if (length > room && !stream) return -error.EMSGSIZE;
			const piece = this.#notifications.read(question, at, Math.min(length, room));
			if (piece === undefined) return -error.EFAULT;
			pieces.push(piece);
			total += piece.length;
			if (total === mostAtOnce && stream) break;
		}
		return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
	}

	/** Descriptors become ours; credentials are left out, and the kernel fills in who sends. */
	#control(
		question: Question,
		at: number,
		length: number,
		domain: number,
	): { control: Uint8Array; descriptors: number[] } | number {
		const bytes = this.#notifications.read(question, at, length);
		if (bytes === undefined) return -error.EFAULT;
		const kept: Buffer[] = [];
		const descriptors: number[] = [];
		const fail = (number: number): number => {
			closeAll(descriptors);
			return -number;
		};
		for (let offset = 0; offset + 16 <= length; ) {
			const size = Number(bytes.readBigUInt64LE(offset));
			if (size < 16 || offset + size > length) return fail(error.EINVAL);
			const [level, type] = [bytes.readInt32LE(offset + 8), bytes.readInt32LE(offset + 12)];
			const copy = Buffer.alloc((size + 7) & ~7);
			bytes.copy(copy, 0, offset, offset + size);
			offset += copy.length;
			if (domain === AF_UNIX && level === SOL_SOCKET && type === SCM_RIGHTS) {
				for (let each = 16; each + 4 <= size; each += 4) {
					const ours = this.#notifications.descriptor(question, copy.readInt32LE(each));
					if (ours < 0) return fail(error.EBADF);
					descriptors.push(ours);
					copy.writeInt32LE(ours, each);
				}
			} else if (domain === AF_UNIX && level === SOL_SOCKET && type === SCM_CREDENTIALS) continue;
			else if (domain < AF_INET || !harmless.has(`${level} ${type}`)) return fail(error.EPERM);
			kept.push(copy);
		}
		return { control: Buffer.concat(kept), descriptors };
	}

	/** sendmsg of the copy, to this name. */
	send(socket: number, { data, control }: Message, name: Uint8Array, flags: number): number {
		const { at, view, bytes } = this.#head;
		this.#data.bytes.set(data);
		bytes.set(name, 72);
		bytes.set(control, 72 + longestAddress);
		view.setBigUint64(0, BigInt(name.length === 0 ? 0 : at + 72), true);
		view.setUint32(8, name.length, true);
		view.setBigUint64(16, BigInt(at + 56), true);
		view.setBigUint64(24, 1n, true);
		view.setBigUint64(32, BigInt(control.length === 0 ? 0 : at + 72 + longestAddress), true);
		view.setBigUint64(40, BigInt(control.length), true);
		view.setBigUint64(56, BigInt(this.#data.at), true);
		view.setBigUint64(64, BigInt(data.length), true);
		return kernel(call.sendmsg, socket, at, flags);
	}
}

const plain: { control: Uint8Array; descriptors: number[] } = { control: new Uint8Array(0), descriptors: [] };

function closeAll(descriptors: readonly number[]): void {
	for (const descriptor of descriptors) kernel(call.close, descriptor);
}
