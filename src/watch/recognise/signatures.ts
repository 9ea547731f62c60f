/** Every network that has a signature. A test compares the list with the folders. */
import { signature as applejuice } from '../../networks/applejuice/signature.ts';
import { signature as audiogalaxy } from '../../networks/audiogalaxy/signature.ts';
import { signature as bittorrent } from '../../networks/bittorrent/signature.ts';
import { signature as boinc } from '../../networks/boinc/signature.ts';
import { signature as directConnect } from '../../networks/direct-connect/signature.ts';
import { signature as edonkey } from '../../networks/edonkey/signature.ts';
import { signature as fasttrack } from '../../networks/fasttrack/signature.ts';
import { signature as gnutella } from '../../networks/gnutella/signature.ts';
import { signature as imesh } from '../../networks/imesh/signature.ts';
import { signature as mining } from '../../networks/mining/signature.ts';
import { signature as openft } from '../../networks/openft/signature.ts';
import { signature as opennap } from '../../networks/opennap/signature.ts';
import type { Signature } from '../../networks/signature.ts';
import { signature as soulseek } from '../../networks/soulseek/signature.ts';
import { signature as syncthing } from '../../networks/syncthing/signature.ts';
import { signature as winmx } from '../../networks/winmx/signature.ts';

/** In this order patterns of the same first byte are tried. */
export const signatures: readonly Signature[] = [
	gnutella,
	edonkey,
	fasttrack,
	opennap,
	bittorrent,
	winmx,
	imesh,
	audiogalaxy,
	openft,
	directConnect,
	soulseek,
	applejuice,
	syncthing,
	boinc,
	mining,
];

/** Names that a verdict may have: a network's signature may speak for its kin. */
export const networkNames: readonly string[] = [
	...signatures.map(({ network }) => network),
	'gnutella2',
].sort();
