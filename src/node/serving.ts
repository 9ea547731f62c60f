/** The uploads of a node: their limits by scope, wish and hour, and what is written down of them. */
import { randomBytes } from 'node:crypto';
import { Bandwidth } from '../defence/bandwidth.ts';
import { limitAt, type Schedule } from '../transfer/schedule.ts';
import { type ServedRecord, Uploads } from '../transfer/uploads.ts';
import { systemClock } from './clock.ts';
import type { Node } from './node.ts';
import { servedWith, toldOf } from './partial-shares.ts';

export function uploadsOf(node: Node): Uploads {
	const { participants, library, options } = node;
	const bandwidth = new Bandwidth(true);
	return new Uploads(
		servedWith(library, () => node.downloads),
		{
			clock: systemClock,
			pump: (link, read, bytes, done) => participants.pump(link, read, bytes, done),
			peer: (link) => participants.remote(link) ?? { host: '', port: 0 },
			served: (link, why) => participants.served(link, why),
			random: (bytes) => new Uint8Array(randomBytes(bytes)),
			alive: (link) => participants.remote(link) !== undefined,
			hangup: (link, why) => participants.hangup(link, why),
			audit: (served) => writeDown(node, served),
			limits: {
				total: () => bandwidth.total(options.scope, wishNow(options.limitUp)),
				perHost: () => limitNow(options.limitPeer),
			},
		},
	);
}

/** Bytes a second at this hour; undefined: no limit. */
export function limitNow(schedule: Schedule | undefined): number | undefined {
	const wish = wishNow(schedule);
	return wish === 'unlimited' ? undefined : wish;
}

function wishNow(schedule: Schedule | undefined): number | 'unlimited' | undefined {
	return schedule && limitAt(schedule, new Date(systemClock.now()));
}

function writeDown({ store, library, downloads }: Node, { file, why, ...served }: ServedRecord): void {
	// An upload may end when the node has stopped.
	if (!store.isOpen) return;
	const sha1 = toldOf(library, downloads, file)?.sha1;
	store.audit.add({
		...served,
		what: 'served',
		...(sha1 === undefined ? {} : { sha1 }),
		...(why === '' ? {} : { why }),
	});
}
