/** A host in the virtual world that says what a test tells it to say: the attacker of these tests. */
import { encodeGreeting } from '../../src/networks/gnutella/wire/handshake.ts';
import type { Network } from '../../src/networks/network.ts';
import type { VirtualNet } from '../../src/world/virtual.ts';
import type { VirtualWorld } from '../../src/world/virtual-world.ts';
import type { Address, Link } from '../../src/world/world.ts';

export class Attacker implements Network {
	readonly name = 'gnutella';
	readonly accepted: { link: Link; from: Address }[] = [];
	readonly closes: string[] = [];
	readonly texts: string[] = [];
	bytesIn = 0;
	opens = 0;
	/** What to say when a link that we dialled is up. */
	greeting: (link: Link) => void = () => {};
	/** What to say when something is heard. */
	answering: (link: Link) => void = () => {};
	world!: VirtualWorld<Attacker>;

	opened(link: Link, from: Address, dialled: boolean): void {
		if (dialled) {
			this.opens++;
			this.greeting(link);
		} else this.accepted.push({ link, from });
	}
	received(link: Link, bytes: Uint8Array): void {
		this.answering(link);
		this.bytesIn += bytes.length;
		this.texts.push(Buffer.from(bytes).toString('latin1'));
	}
	drained(): void {}
	closed(_link: Link, why: string): void {
		this.closes.push(why);
	}
	datagram(): void {}
	tick(): void {}

	dial(host: string): Link {
		return this.world.dial({ host, port: 6346 }, 'test');
	}
}

export function attacker(net: VirtualNet, ip: string): Attacker {
	const made = new Attacker();
	made.world = net.world(ip, () => made);
	return made;
}

/** Links as a servent of the given role; answers the link once the handshake is done. */
export function linkAs(net: VirtualNet, who: Attacker, host: string, ultrapeer: boolean): Link {
	who.greeting = (link) => {
		const headers: [string, string][] = [
			['User-Agent', 'Attacker/1'],
			['X-Ultrapeer', ultrapeer ? 'True' : 'False'],
			['X-Query-Routing', '0.2'],
			['Bye-Packet', '0.1'],
		];
		who.world.send(link, encodeGreeting({ kind: 'connect', version: '0.6' }, headers));
		who.world.send(link, encodeGreeting({ kind: 'status', code: 200, text: 'OK' }));
	};
	const link = who.dial(host);
	net.run(net.now + 500);
	return link;
}

export function guid(n: number): Uint8Array {
	const bytes = new Uint8Array(16);
	new DataView(bytes.buffer).setUint32(0, n);
	bytes[7] = 0x5a;
	bytes[8] = 0xff;
	return bytes;
}
