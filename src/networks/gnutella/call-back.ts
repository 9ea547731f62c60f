/**
 * A neighbour asks whether it can be reached: it is dialled, or pinged, where its link comes from and never elsewhere,
 * as often as defence/push-diversion.ts allows.
 */
import type { Guards } from './guards.ts';
import type { Peer } from './peer.ts';
import type { Servent } from './servent.ts';
import { encodeMessage, MessageType } from './wire/message.ts';
import { encodePing } from './wire/ping.ts';

/** BEAR/7: by a link. */
export function connectBack(servent: Servent, guards: Guards, peer: Peer, port: number): void {
	const target = { host: peer.remote.host, port };
	const { world } = servent;
	if (port === 0 || !guards.callBack(world.now(), target, peer.link)) return;
	const link = servent.dial(target, 'a neighbour asks whether it can be reached', {
		opened: (opened) => {
			// Two line ends, as peers send: the dialled one sees a link that says nothing of note.
			world.send(opened, new Uint8Array([10, 10]));
			world.hangup(link, 'reached');
		},
		received: () => {},
		drained: () => {},
		closed: () => {},
	});
}

/** GTKG/7, LIME/5: by a datagram. */
export function pingBack(servent: Servent, guards: Guards, peer: Peer, port: number, guid: Uint8Array): void {
	const target = { host: peer.remote.host, port };
	if (port === 0 || !guards.callBack(servent.world.now(), target, peer.link)) return;
	servent.world.datagram(target, encodeMessage(MessageType.Ping, guid, 1, 0, encodePing()));
}
