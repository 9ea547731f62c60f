/** The Watch page's analysis of an interface: flows are there as they are recognised, and it ends in order. */
import { type AddressInfo, createServer, connect as dial } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Analyses } from '../../../src/watch/analysis/analyses.ts';
import { LiveCapture } from '../../../src/watch/capture/live.ts';

const probe = LiveCapture.open('lo');
const whyNot = 'refused' in probe ? `skipped: ${probe.refused} (${probe.detail})` : undefined;
if (whyNot === undefined) (probe as LiveCapture).close();
else console.log(whyNot);

const agent = `Sallyport-test/${process.pid}`;
const server = createServer((socket) => socket.on('data', () => socket.write('GNUTELLA/0.6 200 OK\r\n\r\n')));
const analyses = new Analyses();

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
	await analyses.close();
	server.close();
});

describe.skipIf(whyNot !== undefined)('an analysis of an interface', () => {
	it('shows a flow that goes on, and is gone when it is removed', async () => {
		const listed = await analyses.open('lo', { interface: 'lo' });
		expect(listed).toMatchObject({ name: 'lo', live: true, packetsKept: false });
		const thread = analyses.of(1)!;
		expect((await thread.describe()).state).toBe('reading');
		const socket = dial((server.address() as AddressInfo).port, '127.0.0.1', () =>
			socket.write(`GNUTELLA CONNECT/0.6\r\nUser-Agent: ${agent}\r\n\r\n`),
		);
		const look = {
			terms: [{ not: false, field: 'label', operator: '=' as const, value: agent.toLowerCase() }],
		};
		const flows = async () => (await thread.flows(look, { descending: false }, 0, 9)).rows;
		await expect.poll(flows).toMatchObject([{ network: 'gnutella', label: agent }]);
		socket.destroy();
		expect(await analyses.remove(1)).toBe(true);
		expect(await analyses.list()).toEqual([]);
		expect(await analyses.remove(1)).toBe(false);
	});

	it('of an interface that is not there is listed as failed', async () => {
		await analyses.open('nowhere0', { interface: 'nowhere0' });
		await expect
			.poll(async () => (await analyses.list())[0])
			.toMatchObject({ state: 'failed', refusal: { refused: 'watch.live.interface' } });
	});
});
