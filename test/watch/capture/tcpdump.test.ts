/** What is made of a tcpdump that does not behave: programs of ours under its name, first in PATH. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Tcpdump, tcpdumpRefuses } from '../../../src/watch/capture/tcpdump.ts';
import { Kept } from './bytes.ts';

const path = process.env['PATH'] ?? '';
let folder: string;

beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), 'sallyport-tcpdump-'));
	process.env['PATH'] = `${folder}${delimiter}${path}`;
});

afterEach(() => {
	process.env['PATH'] = path;
	rmSync(folder, { recursive: true });
});

/** Header of a pcap file, and one packet of the bytes 1 2 3. */
const capture = Buffer.from(
	`d4c3b2a1020004000000000000000000ffff000001000000${'01000000020000000300000003000000010203'}`,
	'hex',
);

const program = (text: string): void => {
	const file = join(folder, 'tcpdump');
	const prelude = `const capture = Buffer.from('${capture.toString('hex')}', 'hex');`;
	writeFileSync(file, `#!${process.execPath}\n${prelude}\n${text}`);
	chmodSync(file, 0o755);
};

/** Starts it, and stops it at the first packet. */
const untilPacket = async (): Promise<{ tcpdump: Tcpdump; kept: Kept }> => {
	const kept = new Kept();
	const { promise, resolve } = Promise.withResolvers<void>();
	const packet: Kept['packet'] = (...words) => {
		kept.packet(...words);
		resolve();
	};
	const tcpdump = new Tcpdump({ packet }, { interface: 'eth0', snap: 512 });
	await promise;
	return { tcpdump, kept };
};

describe('tcpdump', () => {
	it('is started with the interface, the buffer and the length as words of their own', async () => {
		const words = join(folder, 'words');
		program(`
			require('node:fs').writeFileSync(${JSON.stringify(words)}, process.argv.slice(2).join(' '));
			process.stdout.write(capture);`);
		const options = { interface: 'eth0', snap: 512 };
		await new Tcpdump(new Kept(), options).end();
		expect(readFileSync(words, 'utf8')).toBe('-i eth0 -B 65536 -s 512 -w - -p');
		await new Tcpdump(new Kept(), { ...options, promiscuous: true, promptly: true }).end();
		expect(readFileSync(words, 'utf8')).toBe('-i eth0 -B 65536 -s 512 -w - -U');
	});

	it('is asked to stop, and says what was dropped', async () => {
		program(`
			const timer = setInterval(() => undefined, 1000);
			process.on('SIGINT', () => {
				process.stdout.write(capture.subarray(24));
				console.error('2 packets captured\\n9 packets received by filter\\n7 packets dropped by kernel');
				process.exitCode = 0;
				clearInterval(timer);
			});
			process.stdout.write(capture);`);
		const { tcpdump, kept } = await untilPacket();
		await tcpdump.stop();
		expect(await tcpdump.end()).toEqual({ packets: 2, bytes: 6, dropped: 7 });
		expect(kept.packets.map(({ data }) => data)).toEqual(['010203', '010203']);
	});

	it('is killed when it does not stop', async () => {
		program(`
			process.on('SIGINT', () => undefined);
			process.stdout.write(capture);
			setInterval(() => undefined, 1000);`);
		const { tcpdump } = await untilPacket();
		await tcpdump.stop();
		expect(await tcpdump.end()).toEqual({ packets: 1, bytes: 3, dropped: 0 });
	});

	it('is killed when it writes no capture', async () => {
		program(`
			process.on('SIGINT', () => undefined);
			process.stdout.write(Buffer.concat([capture, Buffer.alloc(64, 255)]));
			setInterval(() => undefined, 1000);`);
		const end = await new Tcpdump(new Kept(), { interface: 'eth0', snap: 512 }).end();
		expect(end).toMatchObject({ packets: 1, bytes: 3, dropped: 0 });
		expect(end.damage).toContain('damaged');
	});

	it('ends by itself, and what it complains of is said', async () => {
		program(`
			console.error('tcpdump: listening on eth0, link-type EN10MB\\ntcpdump: pcap_loop: The interface disappeared');
			console.error('1 packet captured\\n0 packets dropped by kernel');
			process.exitCode = 1;`);
		const end = await new Tcpdump(new Kept(), { interface: 'eth0', snap: 512 }).end();
		const damage = 'tcpdump ended by itself: pcap_loop: The interface disappeared.';
		expect(end).toEqual({ packets: 0, bytes: 0, dropped: 0, damage });
	});

	it('is killed when the sink throws, which comes out at the end', async () => {
		program(`
			process.on('SIGINT', () => undefined);
			process.stdout.write(capture);
			setInterval(() => undefined, 1000);`);
		const packet = (): never => {
			throw new Error('enough');
		};
		await expect(new Tcpdump({ packet }, { interface: 'eth0', snap: 512 }).end()).rejects.toThrow('enough');
	});

	it('that does not start is told', async () => {
		process.env['PATH'] = folder;
		const end = await new Tcpdump(new Kept(), { interface: 'eth0', snap: 512 }).end();
		expect(end.damage).toMatch(/^tcpdump did not run: .*ENOENT\.$/);
		expect(tcpdumpRefuses('eth0')).toEqual({ refused: 'watch.live.unsupported', detail: 'tcpdump: ENOENT' });
	});

	it.each([
		['watch.live.interface', 'eth9: No such device exists\n(No such device exists)'],
		['watch.live.interface', 'eth9: That device is not up'],
		['watch.live.permission', "eth9: You don't have permission to perform this capture on that device"],
		['watch.live.unsupported', 'eth9: something else'],
	])('asked beforehand refuses: %s', (refused, text) => {
		program(`console.error(${JSON.stringify(`tcpdump: ${text}`)}); process.exitCode = 1;`);
		expect(tcpdumpRefuses('eth9')).toEqual({ refused, detail: text.split('\n')[0] });
	});
});
