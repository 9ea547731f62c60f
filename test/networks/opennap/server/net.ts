/** A server and users in a virtual world: few lines to build, everything that happens in arrays. */
import { isRefusal } from '../../../../src/evidence/refusal.ts';
import type { Network } from '../../../../src/networks/network.ts';
import type { Accounts, ServerOptions } from '../../../../src/networks/opennap/server/parts.ts';
import { OpenNapServer } from '../../../../src/networks/opennap/server.ts';
import { encodeFrame, type Frame, FrameSplitter } from '../../../../src/networks/opennap/wire/frames.ts';
import { raw, rawBytes, rawOf } from '../../../../src/networks/opennap/wire/raw.ts';
import { Type } from '../../../../src/networks/opennap/wire/types.ts';
import { VirtualNet } from '../../../../src/world/virtual.ts';
import type { VirtualWorld } from '../../../../src/world/virtual-world.ts';
import type { Link } from '../../../../src/world/world.ts';

export const SERVER = { host: '203.0.113.1', port: 8888 };

export function makeNet(): VirtualNet {
	return new VirtualNet({ seed: 7, latency: 10, bandwidth: 10_000_000, onFault: 'throw' });
}

/** Passwords as they are: what compares them in its own time is `settle`. */
export class PlainAccounts implements Accounts {
	readonly passwords = new Map<string, string>();
	readonly #waiting: (() => void)[] = [];

	get size(): number {
		return this.passwords.size;
	}
	has(nick: string): boolean {
		return this.passwords.has(nick);
	}
	compare(nick: string, password: string, done: (isSame: boolean) => void): void {
		this.#waiting.push(() => done(this.passwords.get(nick) === password));
	}
	keep(nick: string, password: string, done: (isKept: boolean) => void): void {
		this.#waiting.push(() => {
			this.passwords.set(nick, password);
			done(true);
		});
	}
	settle(): void {
		for (const one of this.#waiting.splice(0)) one();
	}
}

export function makeServer(
	net: VirtualNet,
	options: Partial<ServerOptions> = {},
): VirtualWorld<OpenNapServer> {
	return net.world(
		SERVER.host,
		(world) => {
			const server = new OpenNapServer(world, {
				motd: 'welcome',
				accounts: new PlainAccounts(),
				bans: [],
				...options,
			});
			return server;
		},
		{ port: SERVER.port },
	);
}

/** A user whose program says what a test tells it to say. */
export class TestUser implements Network {
	readonly name = 'opennap';
	readonly frames: Frame[] = [];
	/** Chunks as they came: how many writes an answer took. */
	chunks = 0;
	closedBecause: string | undefined;
	world!: VirtualWorld<TestUser>;
	link: Link = 0;
	#splitter = new FrameSplitter();
	#greeting: Uint8Array | undefined;

	opened(link: Link): void {
		if (link === this.link && this.#greeting !== undefined) this.world.send(link, this.#greeting);
	}
	received(link: Link, bytes: Uint8Array): void {
		if (link !== this.link) return;
		this.chunks++;
		this.#splitter.push(bytes);
		for (let next = this.#splitter.next(); next !== undefined; next = this.#splitter.next()) {
			if (isRefusal(next)) throw new Error(next.refused);
			this.frames.push({ type: next.type, body: next.body.slice() });
		}
	}
	drained(): void {}
	closed(link: Link, why: string): void {
		if (link === this.link) this.closedBecause = why;
	}
	datagram(): void {}
	tick(): void {}

	connect(greeting?: Uint8Array): void {
		this.#greeting = greeting;
		this.#splitter = new FrameSplitter();
		this.closedBecause = undefined;
		this.link = this.world.dial(SERVER, 'test');
	}

	login(nick: string, { port = 6699, password = 'secret', type = Type.Login as number } = {}): void {
		this.connect(encodeFrame(type, rawBytes(`${nick} ${password} ${port} "a program" 8`)));
	}

	say(type: number, line = ''): void {
		this.world.send(this.link, encodeFrame(type, rawBytes(rawOf(line))));
	}

	share(path: string, size = 1000, md5 = '0'.repeat(32)): void {
		this.say(Type.Share, `"${path}" ${md5} ${size} 128 44100 60`);
	}

	/** Bodies of all messages of a type, as text. */
	lines(type: number): string[] {
		return this.frames.filter((frame) => frame.type === type).map(({ body }) => raw(body));
	}

	get isIn(): boolean {
		return this.lines(Type.LoginAck).length > 0;
	}
}

export function makeUser(net: VirtualNet, host: string): TestUser {
	const user = new TestUser();
	user.world = net.world(host, () => user, { port: 6699 });
	return user;
}

/** Logs in and waits until that is answered. */
export function loggedIn(net: VirtualNet, host: string, nick: string, port = 6699): TestUser {
	const user = makeUser(net, host);
	user.login(nick, { port });
	net.run(net.now + 300);
	return user;
}

export function codes(world: VirtualWorld<OpenNapServer>): string[] {
	return world.notices.map(({ code }) => code);
}

export function wait(net: VirtualNet, ms = 300): void {
	net.run(net.now + ms);
}
