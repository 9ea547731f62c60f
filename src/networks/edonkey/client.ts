/** What the parts between clients (peers, retrieve, serve, push) share beside what the session's share (servent.ts). */
import type { Connect } from './connect.ts';
import type { Taking } from './limits.ts';
import type { Servent } from './servent.ts';
import type { Users } from './users.ts';

export interface Client extends Servent {
	readonly limits: Taking;
	/** Datagrams come to a port so much above that of links. */
	readonly datagramsAbove: number;
	/** The session with a server: what others are told of it. */
	readonly connect: Connect;
	readonly users: Users;
}
