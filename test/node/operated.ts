/** An eDonkey server with clients, as a test feeds them, and its operator's view: for tests of the Server page. */
import { newMemory } from '../../src/networks/edonkey/server/memory.ts';
import { EdonkeyServer } from '../../src/networks/edonkey/server.ts';
import { encodeFrame } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../src/networks/edonkey/wire/hello.ts';
import { encodeLogin } from '../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, ServerDatagram, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { encodeOffers } from '../../src/networks/edonkey/wire/records.ts';
import {
	encodeChallenge,
	encodeDatagram,
	statusChallenge,
} from '../../src/networks/edonkey/wire/server-datagrams.ts';
import { ServerDesk } from '../../src/node/server-desk.ts';
import { Recorder } from '../../src/world/recorder.ts';
import type { Link } from '../../src/world/world.ts';
import { hash, someHello, someRecord } from '../networks/edonkey/wire/kinds.ts';

const announce = { host: '203.0.113.1', port: 4661 };
const status = encodeDatagram(ServerDatagram.StatusRequest, encodeChallenge(statusChallenge(7)));

export class Operated {
	readonly world = new Recorder();
	readonly server: EdonkeyServer;
	readonly desk: ServerDesk;
	/** How often what must be kept has changed. */
	changes = 0;
	#users = 0;

	constructor(now = this.world.time, limits: Readonly<Record<string, number>> = {}) {
		this.world.time = now;
		this.server = this.world.attach(
			new EdonkeyServer(this.world, {
				...{ name: 'a server', description: 'for its operator', announce, version: '1', servers: [], limits },
				usable: () => true,
				memory: newMemory((bytes) => this.world.random(bytes)),
			}),
		);
		this.server.tick();
		this.desk = new ServerDesk({
			network: 'edonkey',
			operator: this.server.operator,
			address: announce,
			link: `ed2k://|server|${announce.host}|${announce.port}|/`,
			now: () => this.world.time,
			changed: () => this.changes++,
		});
	}

	/** Logs in with so many files; who can be dialled answers the server's check. */
	client(host: string, files: number, dialled = true): Link {
		const { world } = this;
		const { link, user } = this.login(host, dialled);
		if (dialled) {
			const check = world.dials.at(-1)!.link;
			world.answer(check);
			world.feed(
				check,
				encodeFrame(ClientMessage.HelloAnswer, encodeHello({ ...someHello, hash: user }, true)),
			);
		}
		const offers = Array.from({ length: files }, (_, file) => ({
			...someRecord,
			hash: hash(1000 * this.#users + file),
			name: `a file ${file}.ogg`,
		}));
		if (files > 0) world.feed(link, encodeFrame(ServerMessage.OfferFiles, encodeOffers(offers, true)));
		world.flush();
		return link;
	}

	/** Logs in; who says that he can be dialled is asked next. */
	login(host: string, dialled = true): { link: Link; user: Uint8Array } {
		const { world } = this;
		const user = hash(++this.#users);
		const link = world.accept({ host, port: 50_000 + this.#users });
		const login = {
			hash: user,
			id: 0,
			port: dialled ? 4662 : 0,
			name: 'x',
			capabilities: 0x11d,
			muleVersion: 0,
		};
		world.feed(link, encodeFrame(ServerMessage.Login, encodeLogin(login)));
		return { link, user };
	}

	/** Questions in the name of an address that has no session. */
	forged(host: string, count: number): void {
		for (let i = 0; i < count; i++) this.world.land({ host, port: 4665 }, status);
	}
}
