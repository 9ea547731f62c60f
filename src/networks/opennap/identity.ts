/** Who a node is to servers: from its own secret identity, so that users of several networks cannot be told to be one. */
import { hex } from '../common/hash.ts';
import { md5 } from '../common/md5.ts';
import { bytesOf } from '../common/text.ts';

/** The password is one that nobody else has, and that is used nowhere else: it goes over the wire in clear. */
export function loginOf(guid: Uint8Array): { nick: string; password: string } {
	const of = (what: string): string => hex(md5(Uint8Array.from([...guid, ...bytesOf(what)])));
	return { nick: `sallyport-${of('OpenNap nick').slice(0, 8)}`, password: of('OpenNap password') };
}
