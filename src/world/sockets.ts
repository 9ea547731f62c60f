/**
 * The real world: links over node:net, datagrams over node:dgram, for one network.
 *
 * - Events reach the network only from the event loop, never during one of its calls (rule 1): calls
 *   collect, and what they cause happens at the end of the turn or later (socket-link.ts).
 * - Whatever comes from or goes to an address that is not usable (scope.ts) is refused and noticed. A name
 *   is resolved first and its addresses are judged.
 * - A failed dial is one `closed`, no `opened`; the reason is in words. Ten seconds are enough for one.
 * - An exception of the network is our own fault: caught here and only here, it closes the link that it
 *   happened on, is noticed, and everything else goes on.
 * - Links are bounded in total (those that are over and linger give way first), and accepted ones that were
 *   not answered yet also for each address (half-open.ts).
 */
import { randomBytes } from 'node:crypto';
import { connect, isIP, type Server, type Socket, type TcpNetConnectOpts } from 'node:net';
import type { Evidence } from '../evidence/evidence.ts';
import type { Network } from '../networks/network.ts';
import { Alarm } from './alarm.ts';
import { Datagrams, unmapped } from './datagrams.ts';
import { FoldedNotices } from './folded.ts';
import { HalfOpen } from './half-open.ts';
import { isPort, type ListenAt, listenOn, OutOfScope, resolve } from './listen.ts';
import type { Read } from './pump.ts';
import { SOCKET_LIMITS, type SocketLimits } from './socket-limits.ts';
import { type LinkKeeper, SocketLink } from './socket-link.ts';
import { inWords } from './words.ts';
import type { Address, Hide, Link, World } from './world.ts';

/** Milliseconds that close gives to the links for their last bytes. */
const FAREWELL = 1_000;

export interface SocketWorldOptions {
	/** TCP and UDP; port 0: any. Absent: this world only dials. */
	readonly listen?: ListenAt;
	/** Whether the scope allows dealing with an address. */
	readonly usable: (host: string) => boolean;
	/** Source address of dials. */
	readonly localAddress?: string;
	/** Takes what the network and this world notice. */
	readonly notice: (record: Evidence) => void;
	readonly limits?: Partial<SocketLimits>;
}

export class SocketWorld implements World {
	readonly #options: SocketWorldOptions;
	readonly #limits: SocketLimits;
	readonly #keeper: LinkKeeper;
	readonly #links = new Map<Link, SocketLink>();
	readonly #halfOpen: HalfOpen<SocketLink>;
	readonly #datagrams: Datagrams;
	readonly #folded: FoldedNotices;
	readonly #alarm = new Alarm(
		() => this.now(),
		() => this.#event('tick', undefined, (network) => network.tick()),
	);
	#network: Network | undefined;
	#server: Server | undefined;
	#turn: SocketLink[] = [];
	#closing = false;
	#emptied: (() => void) | undefined;
	#ended: Promise<void> | undefined;

	constructor(options: SocketWorldOptions) {
		this.#options = options;
		this.#limits = { ...SOCKET_LIMITS, ...options.limits };
		this.#halfOpen = new HalfOpen(this.#limits);
		this.#folded = new FoldedNotices(options.notice);
		const event = (link: SocketLink, act: (network: Network) => void) => this.#event(link.subject, link, act);
		this.#keeper = {
			opened: (link) => event(link, (network) => network.opened(link.link, link.remote, link.dialled)),
			received: (link, bytes) => event(link, (network) => network.received(link.link, bytes)),
			drained: (link) => event(link, (network) => network.drained(link.link)),
			closed: (link, why) => event(link, (network) => network.closed(link.link, why)),
			gone: (link) => this.#gone(link),
			later: (link) => this.#later(link),
		};
		this.#datagrams = new Datagrams({
			landed: (from, bytes) => this.#landed(from, bytes),
			failed: (error) => this.#refuse('world.listen.failed', 'datagrams', inWords(error)),
		});
	}

	/** The receiver of all events. Once, before anything can happen. */
	attach(network: Network): void {
		if (this.#network) throw new Error('this world has a network already');
		this.#network = network;
	}

	/** Begins to accept links and datagrams; the address has the port that was really taken. */
	async listen(): Promise<Address> {
		const { listen } = this.#options;
		if (!listen || !this.#network) throw new Error('listen needs an address and an attached network');
		const { server, address } = await listenOn(listen, this.#datagrams, (socket) => this.#accept(socket));
		server.on('error', (error) =>
			this.#refuse('world.listen.failed', `${address.host}:${address.port}`, inWords(error)),
		);
		this.#server = server;
		return address;
	}

	/** Hangs up every link, gives their last bytes a second, and ends. Each link gets its `closed`. */
	close(): Promise<void> {
		this.#closing = true;
		return (this.#ended ??= this.#end());
	}

	/** Of the monotonic clock, counted from the start of this process: setting the clock back is not seen. */
	now(): number {
		return Math.floor(performance.timeOrigin + performance.now());
	}

	random(bytes: number): Uint8Array {
		return new Uint8Array(randomBytes(bytes));
	}

	dial(to: Address, _purpose: string): Link {
		const link = new SocketLink(this.#keeper, this.#limits, to, true);
		this.#links.set(link.link, link);
		const full = this.#links.size > this.#limits.links;
		if (full) this.#refuse('world.dial.toomany', `${to.host}:${to.port}`);
		if (full || this.#closing) link.finish(full ? 'too many links' : 'this node is stopping');
		else void this.#connect(link);
		return link.link;
	}

	send(link: Link, bytes: Uint8Array): boolean {
		const found = this.#links.get(link);
		if (!found) return true;
		if (!found.dialled) this.#halfOpen.remove(found);
		return found.send(bytes);
	}

	seal(link: Link, hide: Hide): void {
		this.#links.get(link)?.seal(hide);
	}

	queued(link: Link): number {
		return this.#links.get(link)?.queued ?? 0;
	}

	pause(link: Link, paused: boolean): void {
		this.#links.get(link)?.pause(paused);
	}

	hangup(link: Link, why: string): void {
		this.#links.get(link)?.finish(why);
	}

	/**
	 * Sends this many bytes after what was sent so far, and before what is sent from now on; the high water of send
	 * does not count them. Reads come in order, one at a time, into buffers that are used again. Then done comes once,
	 * as an event: with an empty reason if all bytes have left, otherwise the link is broken and ends (its `closed`
	 * follows). A hangup does not wait for a pump.
	 */
	pump(link: Link, read: Read, bytes: number, done: (why: string) => void): void {
		const found = this.#links.get(link);
		const event = (why: string) => this.#event(found?.subject ?? `link ${link}`, found, () => done(why));
		if (!found?.pump(read, bytes, event)) setImmediate(event, 'the link is closed');
	}

	/** Bytes of a link so far, and its other side; undefined once it is over. */
	traffic(link: Link): { in: number; out: number } | undefined {
		const found = this.#links.get(link);
		return found && { ...found.traffic };
	}

	remote(link: Link): Address | undefined {
		return this.#links.get(link)?.remote;
	}

	datagram(to: Address, bytes: Uint8Array): void {
		const subject = `${to.host}:${to.port}`;
		// A name that nobody knows is a lost datagram, as any may be.
		const refused = (error: unknown) => {
			if (error instanceof OutOfScope) this.#refuse('world.datagram.unusable', subject);
		};
		if (isIP(to.host) === 0)
			resolve(to.host, this.#options.usable).then((host) => this.#post(host, to.port, bytes), refused);
		else if (this.#options.usable(to.host)) this.#post(to.host, to.port, bytes);
		else this.#refuse('world.datagram.unusable', subject);
	}

	wake(at: number): void {
		this.#alarm.ask(at);
	}

	notice(record: Evidence): void {
		this.#options.notice(record);
	}

	async #end(): Promise<void> {
		this.#alarm.stop();
		const server = this.#server;
		const stopped = server ? new Promise((stop) => server.close(stop)) : undefined;
		for (const link of [...this.#links.values()]) {
			link.finish('this node is stopping');
			link.hurry(FAREWELL);
		}
		const emptied = Promise.withResolvers<void>();
		this.#emptied = emptied.resolve;
		if (this.#links.size > 0) await emptied.promise;
		await Promise.all([stopped, this.#datagrams.close()]);
		this.#folded.close();
	}

	async #connect(link: SocketLink): Promise<void> {
		const { host, port } = link.remote;
		link.expire(this.#limits.dialTimeout);
		try {
			if (!isPort(port)) throw new Error('no such port');
			const address = await resolve(host, this.#options.usable);
			if (link.state === 'opening') link.use(connect(this.#route(address, port)));
		} catch (error) {
			if (error instanceof OutOfScope) this.#refuse('world.dial.unusable', `${host}:${port}`);
			link.finish(inWords(error));
		}
	}

	#route(host: string, port: number): TcpNetConnectOpts {
		const route = { host, port, allowHalfOpen: true, noDelay: true };
		const { localAddress } = this.#options;
		return localAddress && isIP(localAddress) === isIP(host) ? { ...route, localAddress } : route;
	}

	#accept(socket: Socket): void {
		const remote = { host: unmapped(socket.remoteAddress ?? ''), port: socket.remotePort ?? 0 };
		const why = this.#objection(remote.host);
		if (why !== '') {
			if (isIP(remote.host) !== 0) this.#refuse(why, `${remote.host}:${remote.port}`);
			return void socket.on('error', () => {}).resetAndDestroy();
		}
		const link = new SocketLink(this.#keeper, this.#limits, remote, false);
		this.#links.set(link.link, link);
		const oldest = this.#halfOpen.add(link);
		if (oldest) {
			this.#refuse('world.accept.halfopen', `${oldest.remote.host}:${oldest.remote.port}`);
			oldest.abort('too many half-open links');
		}
		link.use(socket);
	}

	/** The code of a reason not to accept a link from here; empty: there is none. */
	#objection(host: string): string {
		if (!this.#options.usable(host)) return 'world.accept.unusable';
		const isFull = this.#links.size >= this.#limits.links;
		if (this.#closing || (isFull && !this.#makeRoom())) return 'world.accept.toomany';
		return this.#halfOpen.admits(host) ? '' : 'world.accept.halfopen';
	}

	/** Somebody wants in: a link that is over, whose peer does not go, is reset. */
	#makeRoom(): boolean {
		const over = this.#links.values().find(({ state }) => state === 'closing' || state === 'closed');
		over?.abort('its place was needed');
		if (over) this.#gone(over);
		return over !== undefined;
	}

	#post(host: string, port: number, bytes: Uint8Array): void {
		if (!this.#closing && isPort(port))
			this.#datagrams.send({ host, port }, bytes, this.#options.localAddress);
	}

	#landed(from: Address, bytes: Uint8Array): void {
		const subject = `${from.host}:${from.port}`;
		if (!this.#options.usable(from.host)) this.#refuse('world.datagram.unusable', subject);
		else this.#event(subject, undefined, (network) => network.datagram(from, bytes));
	}

	/** The one place where an exception of the network ends. */
	#event(subject: string, link: SocketLink | undefined, event: (network: Network) => void): void {
		try {
			event(this.#network!);
		} catch (error) {
			const [what, where] =
				error instanceof Error ? (error.stack ?? error.message).split('\n') : [String(error)];
			const detail = `${what}${where ?? ''}`.slice(0, 300);
			this.#options.notice({ at: this.now(), code: 'world.event.threw', subject, detail });
			link?.finish('our own fault');
		}
	}

	#refuse(code: string, subject: string, detail?: string): void {
		this.#folded.notice({ at: this.now(), code, subject, ...(detail !== undefined && { detail }) });
	}

	#later(link: SocketLink): void {
		link.dirty = true;
		if (this.#turn.push(link) === 1) setImmediate(() => this.#endTurn());
	}

	#endTurn(): void {
		for (const link of this.#turn.splice(0)) link.settle();
	}

	#gone(link: SocketLink): void {
		this.#halfOpen.remove(link);
		this.#links.delete(link.link);
		if (this.#links.size === 0) this.#emptied?.();
	}
}
