/** Long runs of bytes: their place between sends, their end, their failures. */
import { afterEach, describe, expect, test } from 'vitest';
import { bytesOf } from '../contract/scripted.ts';
import { client, closeAll, codes, heardBy, nodeOf, serverOf, until } from './nodes.ts';

afterEach(closeAll);

describe('a pump', () => {
	const size = 5 * 1024 * 1024 + 123;
	const file = Buffer.from(new Uint8Array(size).map((_, index) => (index * 7 + (index >> 13)) & 0xff));

	/** A read over the file, at most so many bytes at once. */
	function reader(most = Infinity, end = size) {
		let at = 0;
		return async (buffer: Uint8Array) => {
			const bytes = file.subarray(at, Math.min(at + buffer.length, at + most, end));
			buffer.set(bytes);
			at += bytes.length;
			return bytes.length;
		};
	}

	async function linked() {
		const [node, other] = [await nodeOf(), await nodeOf()];
		const link = node.world.dial(other.address, 'a test');
		await until(() => other.network.accepted().length > 0 && node.network.of('opened').length > 0);
		return { node, other, link, peer: other.network.accepted()[0], whys: [] as string[] };
	}

	test.each([Infinity, 100_000])('keeps its place between sends (reads of up to %d)', async (most) => {
		const { node, other, link, peer, whys } = await linked();
		node.world.send(link, bytesOf('head'));
		node.world.pump(link, reader(most), size, (why) => whys.push(why));
		node.world.send(link, bytesOf('tail'));
		expect(whys).toEqual([]);
		await until(() => other.network.heard(peer).length >= size + 8);
		const heard = Buffer.from(other.network.heard(peer));
		expect(heard.length).toBe(size + 8);
		expect([heard.toString('latin1', 0, 4), heard.toString('latin1', size + 4)]).toEqual(['head', 'tail']);
		expect(heard.subarray(4, size + 4).equals(file)).toBe(true);
		expect(whys).toEqual(['']);
		await until(() => node.world.traffic(link)?.out === size + 8);
	});

	test.each([Infinity, 100_000])(
		'on a sealed link is hidden with what is sent around it (reads of up to %d)',
		async (most) => {
			const counting = () => {
				let count = 0;
				return (some: Uint8Array) => some.forEach((byte, i) => void (some[i] = byte ^ (count++ & 255)));
			};
			const [node, other] = [await nodeOf(), await nodeOf()];
			const link = node.world.dial(other.address, 'a test');
			node.world.seal(link, counting());
			node.world.send(link, bytesOf('head'));
			node.world.pump(link, reader(most), size, () => {});
			node.world.send(link, bytesOf('tail'));
			await until(() =>
				other.network.accepted().some((peer) => other.network.heard(peer).length >= size + 8),
			);
			const heard = other.network.heard(other.network.accepted()[0]);
			expect(
				Buffer.from(heard)
					.subarray(4, size + 4)
					.equals(file),
			).toBe(false);
			counting()(heard);
			const plain = Buffer.from(heard);
			expect([plain.toString('latin1', 0, 4), plain.toString('latin1', size + 4)]).toEqual(['head', 'tail']);
			expect(plain.subarray(4, size + 4).equals(file)).toBe(true);
		},
	);

	test('can follow another, from within its done, and a pump of nothing is done as well', async () => {
		const { node, other, link, peer, whys } = await linked();
		const again = (why: string) => {
			if (whys.push(why) < 3) node.world.pump(link, reader(), whys.length === 1 ? 0 : 10, again);
		};
		node.world.pump(link, reader(), 10, again);
		await until(() => whys.length === 3 && other.network.heard(peer).length >= 20);
		expect(whys).toEqual(['', '', '']);
		const twice = Buffer.concat([file.subarray(0, 10), file.subarray(0, 10)]);
		expect(twice.equals(other.network.heard(peer))).toBe(true);
		node.world.pump(link, reader(), 10, () => {});
		expect(() => node.world.pump(link, reader(), 10, () => {})).toThrow('pumping already');
	});

	test.each([
		['a source that ends early', reader(Infinity, 1000), 'the source ended early'],
		['a source that fails', () => Promise.reject(new Error('the disk is on fire')), 'the disk is on fire'],
		['a source that lies', async () => 2 ** 24, /gave 16777216/],
	])('with %s breaks the link, so that nobody takes it for whole', async (_name, read, why) => {
		const { node, other, link, peer, whys } = await linked();
		node.world.pump(link, read, size, (reason) => {
			expect(node.network.of('closed')).toEqual([]);
			whys.push(reason);
		});
		await until(() => node.network.of('closed').length > 0 && other.network.of('closed').length > 0);
		expect(whys).toEqual([expect.stringMatching(why)]);
		expect(node.network.of('closed', link)).toMatchObject([{ why: whys[0] }]);
		expect(other.network.of('closed', peer)).toMatchObject([{ why: 'connection reset' }]);
	});

	test('is not waited for by hangup, and nothing sent behind it leaves', async () => {
		const { node, other, link, peer, whys } = await linked();
		node.world.pump(link, reader(1000), size, (why) => whys.push(why));
		node.world.send(link, bytesOf('the next answer'));
		await until(() => other.network.heard(peer).length > 0);
		node.world.hangup(link, 'stop it');
		await until(() => node.network.of('closed').length > 0 && other.network.of('closed').length > 0);
		expect(whys).toEqual(['stop it']);
		const heard = other.network.heard(peer);
		expect(heard.length).toBeLessThan(size);
		expect(file.subarray(0, heard.length).equals(heard)).toBe(true);
	});

	test('ends when the reader leaves or is reset', async () => {
		for (const leave of ['destroy', 'resetAndDestroy'] as const) {
			const whys: string[] = [];
			const address = await serverOf((socket) => socket.once('data', () => socket[leave]()));
			const node = await nodeOf();
			const link = node.world.dial(address, 'a test');
			node.world.pump(link, reader(), size, (why) => whys.push(why));
			await until(() => node.network.of('closed', link).length > 0);
			expect(whys).toEqual(['connection reset']);
		}
	});

	test('is completed for a client that closes its sending side', async () => {
		const node = await nodeOf();
		const whys: string[] = [];
		node.network.on.received = (link) => node.world.pump(link, reader(), size, (why) => whys.push(why));
		const caller = await client(node.address);
		const heard = heardBy(caller);
		caller.end('GET');
		expect((await heard).length).toBe(size);
		await until(() => node.network.of('closed').length > 0);
		expect(whys).toEqual(['']);
		expect(node.network.of('closed')).toMatchObject([{ why: 'closed by peer' }]);
	});

	test('on a link that is over is done at once, as a later event', async () => {
		const node = await nodeOf();
		const whys: string[] = [];
		node.world.pump(4711, reader(), size, (why) => whys.push(why));
		expect(whys).toEqual([]);
		await until(() => whys.length > 0);
		expect(whys).toEqual(['the link is closed']);
	});

	test('whose done fails is our own fault: the link is closed, and that is noticed', async () => {
		const { node, link } = await linked();
		node.world.pump(link, reader(), 10, () => {
			throw new Error('a broken invariant');
		});
		await until(() => node.network.of('closed', link).length > 0);
		expect(codes(node)).toEqual(['world.event.threw']);
	});
});
