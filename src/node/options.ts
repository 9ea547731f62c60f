/** What a node is started with. */
import type { FastifyBaseLogger } from 'fastify';
import type { Obfuscation } from '../networks/edonkey/obfuscation.ts';
import type { Role } from '../networks/gnutella/servent.ts';
import type { NetworkName } from '../networks/network.ts';
import type { Schedule } from '../transfer/schedule.ts';
import type { Scope } from '../world/scope.ts';
import type { Address } from '../world/world.ts';
import type { Beside } from './api/routes.ts';
import type { Overlay } from './api/schemas.ts';
import type { Reach } from './reach.ts';

export interface NodeOptions extends Beside {
	/** undefined: the default home. */
	readonly home: string | undefined;
	readonly version: string;
	readonly scope: Scope;
	readonly role: 'auto' | Role;
	/** Networks to take part in. Default: Gnutella. */
	readonly networks?: readonly NetworkName[];
	/** Port 0: any. */
	readonly listen: Address;
	/** Where eDonkey listens; its datagrams come ten above. Default: the host of `listen`, any port. */
	readonly edonkeyListen?: Address;
	/** Where FastTrack listens. Default: the host of `listen`, any port. */
	readonly fasttrackListen?: Address;
	/** Of eDonkey's links. Default: supported. */
	readonly obfuscation?: Obfuscation | undefined;
	/** Where users of OpenNap fetch files. Default: the host of `listen`, any port. */
	readonly opennapListen?: Address;
	/** Where others can reach this node; undefined: where it listens. */
	readonly announce: Address | undefined;
	readonly api: Address;
	readonly password: string | undefined;
	/** Folders shared for this run. */
	readonly share: readonly string[];
	readonly peers: readonly (Address & { readonly network: NetworkName })[];
	/** URLs of web caches, and `udp:host:port` of host caches. */
	readonly seeds: readonly string[];
	readonly hostCaches: readonly Address[];
	/** URLs of lists of eDonkey's servers. */
	readonly serverLists?: readonly string[];
	/** Bytes a second by the hour, up and down; undefined: the scope's default. */
	readonly limitUp?: Schedule | undefined;
	readonly limitDown?: Schedule | undefined;
	/** Bytes a second of all uploads to one host. */
	readonly limitPeer?: Schedule | undefined;
	/** What is proven of a download is given to others who ask for its content. */
	readonly sharePartial?: boolean;
	/** Others may list what is shared. */
	readonly browse?: boolean;
	/** Days for which it is remembered what was served to whom. Default 90. */
	readonly auditDays?: number;
	/** Behind the guard: what there is. */
	readonly reach?: Reach | undefined;
	readonly log: FastifyBaseLogger;
	/** What is known of the network beyond the neighbours (practice: all of it). */
	readonly surroundings?: () => Overlay;
}
