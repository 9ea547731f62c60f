/**
 * What obfuscation costs, in processor time of this process: a server's key agreement, and 512 MiB pumped down a link, plain
 * and hidden, to a reader in another process.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { openNumber, sharedNumber } from '../src/networks/edonkey/wire/key-agreement.ts';
import { Rc4 } from '../src/networks/edonkey/wire/rc4.ts';
import type { Network } from '../src/networks/network.ts';
import { SocketWorld } from '../src/world/sockets.ts';
import type { Link } from '../src/world/world.ts';
import { sides } from './sides.ts';

const MIB = 512;
const AGREEMENTS = 500;
const ROUNDS = 5;
const reader = `require('net').createServer((socket) => socket.on('data', () => {}))
	.listen(0, '127.0.0.1', function () { console.log(this.address().port); })`;

export async function sealing(): Promise<void> {
	await sides(
		'a key agreement of a server',
		[{ name: 'processor time', unit: 'ms', digits: 3 }],
		ROUNDS,
		async () => {
			const [own, other] = [randomBytes(16), openNumber(randomBytes(16))];
			const seconds = processor(() => {
				for (let i = 0; i < AGREEMENTS; i++) {
					openNumber(own);
					sharedNumber(own, other);
				}
			});
			return { 'processor time': (seconds * 1000) / AGREEMENTS };
		},
		undefined,
	);
	const child = spawn(process.execPath, ['-e', reader], { stdio: ['ignore', 'pipe', 'inherit'] });
	try {
		await pumps(child);
	} finally {
		child.kill();
	}
}

async function pumps(child: ChildProcess): Promise<void> {
	const [said] = (await once(child.stdout!, 'data')) as [Buffer];
	const world = new SocketWorld({ usable: () => true, notice: () => {} });
	let opened: (link: Link) => void = () => {};
	const nothing = (): void => {};
	const network: Network = {
		...{ name: 'edonkey', received: nothing, drained: nothing, closed: nothing },
		...{ datagram: nothing, tick: nothing },
		opened: (link) => opened(link),
	};
	world.attach(network);
	const pump = async (sealed: boolean) => {
		const link = await new Promise<Link>((resolve) => {
			opened = resolve;
			world.dial({ host: '127.0.0.1', port: Number(String(said)) }, 'bench');
		});
		const cipher = new Rc4(randomBytes(16));
		if (sealed) world.seal(link, (bytes) => void cipher.apply(bytes));
		const before = process.cpuUsage();
		await new Promise<void>((done) =>
			world.pump(
				link,
				async (buffer) => buffer.length,
				MIB * 1024 * 1024,
				() => done(),
			),
		);
		const { user, system } = process.cpuUsage(before);
		world.hangup(link, 'done');
		return { 'in a second of processor time': MIB / ((user + system) / 1e6) };
	};
	const measures = [{ name: 'in a second of processor time', unit: 'MiB', digits: 0 }];
	await sides(
		'512 MiB down a hidden link',
		measures,
		ROUNDS,
		() => pump(true),
		() => pump(false),
		'plain',
	);
	await world.close();
}

function processor(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1e6;
}
