/**
 * 0D, a call-back. A leaf asks for it: id 4, its own IPv4 4 and port 2, those of the one that shall call, those of
 * that one's super-node, that one's user name. The one that shall call is told: id 4, and whom, IPv4 4 and port 2.
 * It then says `GIVE id` to that address: so whoever names an address of another turns strangers against it.
 */
import type { Refusal } from '../../../evidence/refusal.ts';
import type { Address } from '../../../world/world.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import { Body, Fields } from './fields.ts';
import { decodeText, encodeText } from './text.ts';

export interface Push {
	readonly id: number;
	/** Who wants to be called. */
	readonly requester: Address;
}

export interface PushRequest extends Push {
	/** Who shall call. */
	readonly target: Address;
	readonly supernode: Address;
	readonly user: string;
}

export function encodePush({ id, requester }: Push): Uint8Array {
	return new Body().four(id).host(requester.host).two(requester.port).done();
}

export function decodePush(body: Uint8Array): Push | Refusal {
	const fields = new Fields(body);
	const push = { id: fields.four(), requester: readAddress(fields) };
	return fields.failed ? refusal('fasttrack.message.malformed', 'push') : push;
}

export function encodePushRequest({ id, requester, target, supernode, user }: PushRequest): Uint8Array {
	const body = new Body().four(id);
	for (const { host, port } of [requester, target, supernode]) body.host(host).two(port);
	return body.bytes(encodeText(user)).done();
}

export function decodePushRequest(body: Uint8Array): PushRequest | Refusal {
	const fields = new Fields(body);
	const id = fields.four();
	const requester = readAddress(fields);
	const target = readAddress(fields);
	const supernode = readAddress(fields);
	const user = fields.bytes(fields.left);
	if (fields.failed || user.length > ours.text) return refusal('fasttrack.message.malformed', 'push request');
	return { id, requester, target, supernode, user: decodeText(user) };
}

function readAddress(fields: Fields): Address {
	return { host: fields.host(), port: fields.two() };
}
