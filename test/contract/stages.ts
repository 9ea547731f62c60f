/**
 * A stage for each implementation of World: two of them, alice and bob, who can reach each other, and an
 * address where nobody is. Every network event passes a guard that watches rule 1.
 */
import type { Evidence } from '../../src/evidence/evidence.ts';
import { Recorder } from '../../src/world/recorder.ts';
import { ReentryGuard } from '../../src/world/reentry.ts';
import { SocketWorld } from '../../src/world/sockets.ts';
import { VirtualNet } from '../../src/world/virtual.ts';
import type { Address, Link, World } from '../../src/world/world.ts';
import { patience } from '../patience.ts';
import { Scripted } from './scripted.ts';

export interface Side {
	readonly world: World;
	readonly network: Scripted;
	readonly address: Address;
	readonly notices: readonly Evidence[];
	readonly guard: ReentryGuard;
}

export interface Stage {
	readonly alice: Side;
	readonly bob: Side;
	readonly nobody: Address;
	/** Lets things happen until the condition holds; fails where it never does. */
	until(condition: () => boolean): Promise<void>;
	/** Lets a little happen. */
	turn(): Promise<void>;
	/** Lets everything happen that still can, then ends the stage. */
	close(): Promise<void>;
}

export interface Staging {
	readonly name: string;
	/** Whether the world catches what a network throws; the recorder lets the test see it. */
	readonly catches: boolean;
	readonly open: () => Promise<Stage>;
}

export const STAGINGS: readonly Staging[] = [
	{ name: 'sockets', catches: true, open: onSockets },
	{ name: 'virtual', catches: true, open: inVirtualNet },
	{ name: 'recorder', catches: false, open: withRecorders },
];

/** An open link: alice's end, bob's end. */
export async function connect(stage: Stage): Promise<[Link, Link]> {
	const { alice, bob } = stage;
	const before = bob.network.accepted().length;
	const link = alice.world.dial(bob.address, 'a test');
	await stage.until(
		() => alice.network.of('opened', link).length > 0 && bob.network.accepted().length > before,
	);
	return [link, bob.network.accepted()[before]];
}

function loopTurn(): Promise<void> {
	return new Promise((turned) => setImmediate(turned));
}

async function onSockets(): Promise<Stage> {
	const worlds: SocketWorld[] = [];
	const open = async (): Promise<Side> => {
		const notices: Evidence[] = [];
		const world = new SocketWorld({
			listen: { host: '127.0.0.1', port: 0 },
			usable: (host) => host.startsWith('127.'),
			notice: (record) => notices.push(record),
		});
		worlds.push(world);
		const guard = new ReentryGuard(world);
		const network = new Scripted(guard.world);
		world.attach(guard.watch(network));
		return { world: guard.world, network, address: await world.listen(), notices, guard };
	};
	const [alice, bob, gone] = [await open(), await open(), await open()];
	await worlds.pop()!.close();
	return {
		alice,
		bob,
		nobody: gone.address,
		turn: loopTurn,
		until: async (condition) => {
			const giveUp = performance.now() + patience;
			while (!condition()) {
				if (performance.now() > giveUp) throw new Error('it never happened');
				await loopTurn();
			}
		},
		close: async () => {
			await Promise.all(worlds.map((world) => world.close()));
		},
	};
}

async function inVirtualNet(): Promise<Stage> {
	const net = new VirtualNet({ seed: 1, latency: 20, bandwidth: 10_000_000, onFault: 'close' });
	const open = (host: string): Side => {
		let guard: ReentryGuard | undefined;
		let scripted: Scripted | undefined;
		const world = net.world(host, (own) => {
			guard = new ReentryGuard(own);
			scripted = new Scripted(guard.world);
			return guard.watch(scripted);
		});
		const address = { host, port: world.port };
		return { world: guard!.world, network: scripted!, address, notices: world.notices, guard: guard! };
	};
	const [alice, bob] = [open('10.0.0.1'), open('10.0.0.2')];
	return {
		alice,
		bob,
		nobody: { host: '10.0.0.2', port: 7 },
		turn: async () => net.run(net.now + 1),
		until: async (condition) => {
			if (!net.runUntil(condition, 600_000)) throw new Error('it never happened, in ten virtual minutes');
		},
		close: async () => net.run(net.now + 600_000),
	};
}

/** A recorder has no other side: here a go-between carries what one records to the other. */
async function withRecorders(): Promise<Stage> {
	const [alice, bob] = [recorded('192.0.2.1'), recorded('192.0.2.2')];
	const between = new GoBetween(alice, bob);
	return {
		alice,
		bob,
		nobody: { host: '192.0.2.3', port: 6346 },
		turn: async () => between.carry(),
		until: async (condition) => {
			for (let turn = 0; !condition(); turn++) {
				if (turn > 100_000) throw new Error('it never happened');
				between.carry();
			}
		},
		close: async () => {
			for (let turn = 0; turn < 100; turn++) between.carry();
		},
	};
}

interface RecordedSide extends Side {
	readonly recorder: Recorder;
}

function recorded(host: string): RecordedSide {
	const recorder = new Recorder();
	const guard = new ReentryGuard(recorder);
	const network = new Scripted(guard.world);
	recorder.attach(guard.watch(network));
	const address = { host, port: 6346 };
	return { world: guard.world, network, address, notices: recorder.notices, guard, recorder };
}

/** Bytes that may wait for a paused reader before the sender's link is full. */
const WINDOW = 256 * 1024;

class GoBetween {
	readonly #sides: readonly [RecordedSide, RecordedSide];
	/** For each side: own link to the link of the other. */
	readonly #peers = [new Map<Link, Link>(), new Map<Link, Link>()] as const;

	constructor(alice: RecordedSide, bob: RecordedSide) {
		this.#sides = [alice, bob];
	}

	/** One round: everything recorded by one reaches the other, then a millisecond passes. */
	carry(): void {
		for (const index of [0, 1] as const) {
			const own = this.#sides[index];
			own.recorder.flush();
			this.#carryDials(index);
			this.#carryBytes(index);
			this.#carryHangups(index);
			const other = this.#sides[1 - index].recorder;
			for (const { to, bytes } of own.recorder.datagrams.splice(0)) {
				if (to.host === this.#sides[1 - index].address.host) other.land(own.address, bytes);
			}
		}
		for (const { recorder } of this.#sides) recorder.advance(recorder.time + 1);
	}

	#carryDials(index: 0 | 1): void {
		const own = this.#sides[index];
		const other = this.#sides[1 - index];
		for (const { link, to } of own.recorder.dials.splice(0)) {
			if (own.recorder.hangups.some((one) => one.link === link)) continue;
			if (to.host !== other.address.host) {
				own.recorder.close(link, 'connection refused');
				continue;
			}
			const peer = other.recorder.accept({ host: own.address.host, port: 50_000 + link });
			this.#peers[index].set(link, peer);
			this.#peers[1 - index].set(peer, link);
			own.recorder.answer(link);
		}
	}

	#carryBytes(index: 0 | 1): void {
		const own = this.#sides[index].recorder;
		const other = this.#sides[1 - index].recorder;
		const waiting = new Map<Link, number>();
		for (const { link, bytes } of own.sent.splice(0)) {
			const peer = this.#peers[index].get(link);
			if (peer === undefined) continue;
			if (other.pauses.findLast((one) => one.link === peer)?.paused) {
				own.sent.push({ link, bytes });
				waiting.set(link, (waiting.get(link) ?? 0) + bytes.length);
			} else other.feed(peer, bytes);
		}
		for (const [link, bytes] of waiting) if (bytes > WINDOW) own.full.add(link);
		for (const link of own.full) if (!waiting.has(link)) own.drain(link);
	}

	#carryHangups(index: 0 | 1): void {
		for (const { link } of this.#sides[index].recorder.hangups.splice(0)) {
			const peer = this.#peers[index].get(link);
			if (peer !== undefined) this.#sides[1 - index].recorder.close(peer, 'closed by peer');
		}
	}
}
