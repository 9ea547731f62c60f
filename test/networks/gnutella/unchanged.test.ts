import { expect, it } from 'vitest';
import { Recorder } from '../../../src/world/recorder.ts';
import { quietHost, subjects } from '../../contract/subjects.ts';

it('what arrives is read and not changed: the laboratory gives the same bytes to all to whom they were sent', () => {
	const { make, streams } = subjects.find(({ name }) => name === 'gnutella')!;
	expect(streams.length).toBeGreaterThan(0);
	for (const stream of streams) {
		const before = stream.slice();
		const world = new Recorder();
		const network = make(world, quietHost());
		world.attach(network);
		const link = world.accept({ host: '198.51.99.50', port: 40_000 });
		network.received(link, stream);
		network.datagram({ host: '198.51.99.51', port: 40_001 }, stream);
		expect(stream).toEqual(before);
	}
});
