import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../../src/library/clock.ts';
import { Inspector, type InspectorOptions } from '../../../src/transfer/inspection/inspect.ts';
import { Clamd, eicar, Impostor, installed } from './scanners.ts';

const png = Buffer.from(
	'89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc000000301010' +
		'0c9fe92ef0000000049454e44ae426082',
	'hex',
);
const sha1OfEicar = '3395856ce81f2b7382dee72602f798b642f14140';

/** Runs out when a test says so. */
class HandClock implements Clock {
	#now = 0;
	#calls: { readonly at: number; readonly call: () => void }[] = [];

	now(): number {
		return this.#now;
	}

	after(milliseconds: number, call: () => void): () => void {
		const waiting = { at: this.#now + milliseconds, call };
		this.#calls.push(waiting);
		return () => (this.#calls = this.#calls.filter((one) => one !== waiting));
	}

	pass(milliseconds: number): void {
		this.#now += milliseconds;
		const due = this.#calls.filter(({ at }) => at <= this.#now);
		this.#calls = this.#calls.filter(({ at }) => at > this.#now);
		for (const { call } of due) call();
	}
}

let home: string;
let clock: HandClock;
const inspectors: Inspector[] = [];

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'inspect-'));
	clock = new HandClock();
});
afterEach(async () => {
	await Promise.all(inspectors.splice(0).map((inspector) => inspector.close()));
	rmSync(home, { recursive: true });
});

/** With no scanner of this machine, unless a test names one. */
function inspector(options: InspectorOptions = {}, worker?: URL): Inspector {
	const made = new Inspector(clock, { home, clamd: join(home, 'none'), ...options }, worker);
	inspectors.push(made);
	return made;
}

function file(bytes: Uint8Array, name = 'stored'): string {
	const path = join(home, name);
	writeFileSync(path, bytes);
	return path;
}

/** Without a place of clamd that is named and missing. */
const quiet: InspectorOptions = { defencesOff: ['known-bad'] };

describe('a verdict', () => {
	it('of an ordinary picture is ok, with its type and who looked', async () => {
		const verdict = await inspector(quiet).inspect(file(png), 'dot.png');
		expect(verdict).toMatchObject({ verdict: 'ok', type: 'image/png', findings: [] });
		expect(verdict.scanners).toContain('content');
		expect(verdict.why).toContain('Nothing was found');
	});

	it('of an empty file is ok', async () => {
		expect(await inspector(quiet).inspect(file(Buffer.alloc(0)), 'empty.txt')).toMatchObject({
			verdict: 'ok',
		});
	});

	it('of a program is suspicious, and says what it is', async () => {
		const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(100)]);
		const verdict = await inspector(quiet).inspect(file(elf), 'tool');
		expect(verdict).toMatchObject({ verdict: 'suspicious', type: 'application/x-elf' });
		expect(verdict.findings[0]?.code).toBe('defence.executable.program');
		expect(verdict.why).toContain('an ELF program');
	});

	it('is suspicious where the file cannot be read', async () => {
		mkdirSync(join(home, 'folder'));
		for (const path of [join(home, 'missing'), join(home, 'folder')]) {
			expect(await inspector(quiet).inspect(path, 'x')).toMatchObject({
				verdict: 'suspicious',
				findings: [{ code: 'transfer.inspection.failed' }],
			});
		}
	});

	it('comes for each of many files', async () => {
		const one = inspector(quiet);
		const paths = Array.from({ length: 20 }, (_, i) => file(png, `stored${i}`));
		const verdicts = await Promise.all(paths.map((path) => one.inspect(path, 'dot.png')));
		expect(verdicts.map(({ verdict }) => verdict)).toEqual(Array(20).fill('ok'));
	});
});

describe('an inspection', () => {
	it('that is late is suspicious, keeps what was found until then, and the next file has its turn', async () => {
		const silent = new Impostor(() => {});
		await silent.listen();
		const one = inspector({ clamd: silent.socket });
		const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(100)]);
		const late = one.inspect(file(elf), 'tool');
		const next = one.inspect(file(png, 'second'), 'dot.png');
		await silent.called(1);
		clock.pass(60_000);
		const verdict = await late;
		expect(verdict.verdict).toBe('suspicious');
		expect(verdict.findings.map(({ code }) => code)).toEqual([
			'defence.executable.program',
			'transfer.inspection.late',
		]);
		await silent.called(2);
		clock.pass(60_000);
		expect((await next).findings.map(({ code }) => code)).toEqual(['transfer.inspection.late']);
		await silent.stop();
	});

	it.each([
		['throws', 'onMessage(() => { throw new Error("broken") })'],
		['ends', 'onMessage(() => process.exit(0))'],
		['wants all memory', 'onMessage(() => { const all = []; for (;;) all.push(new Array(1e6).fill(0.5)) })'],
		['cannot be loaded', 'import "./no-such-file.mjs"'],
	])('whose thread %s has failed, and so does the next, in a thread of its own', async (_, program) => {
		const worker = file(
			Buffer.from(
				`import { parentPort } from 'node:worker_threads';
				const onMessage = (call) => parentPort.on('message', call);
				${program}`,
			),
			'worker.mjs',
		);
		const one = inspector(quiet, pathToFileURL(worker));
		const both = [one.inspect(file(png), 'dot.png'), one.inspect(file(png), 'dot.png')];
		for (const verdict of await Promise.all(both)) {
			expect(verdict).toMatchObject({
				verdict: 'suspicious',
				findings: [{ code: 'transfer.inspection.failed' }],
			});
		}
	});

	it('starts its thread again after it was idle', async () => {
		const one = inspector(quiet);
		expect((await one.inspect(file(png), 'dot.png')).verdict).toBe('ok');
		clock.pass(20_000);
		expect((await one.inspect(file(png), 'dot.png')).verdict).toBe('ok');
	});

	it('is rejected when the inspector is closed before its end, and afterwards', async () => {
		const one = inspector(quiet);
		const lost = one.inspect(file(png), 'dot.png');
		const refused = expect(lost).rejects.toThrow('stopped');
		await one.close();
		await refused;
		await expect(one.inspect(file(png), 'dot.png')).rejects.toThrow('stopped');
	});
});

describe('scanners', () => {
	const codes = async (one: Inspector, bytes: Uint8Array = eicar) =>
		(await one.inspect(file(bytes), 'song.txt')).findings.map(({ code }) => code);

	it('that were never there are not missed', async () => {
		const one = new Inspector(clock, { home });
		inspectors.push(one);
		const verdict = await one.inspect(file(png), 'dot.png');
		expect(verdict.findings.map(({ code }) => code)).toEqual([]);
	});

	it('that the user has named and that are not there make suspicious', async () => {
		expect(await codes(inspector())).toEqual(['defence.known.unscanned']);
	});

	it('know a hash of the list, in hexadecimal and base32, however it is written', async () => {
		const base32 = 'GOKYK3HID4VXHAW644TAF54YWZBPCQKA';
		for (const line of [sha1OfEicar, sha1OfEicar.toUpperCase(), base32, `urn:sha1:${base32}  eicar # mine`]) {
			writeFileSync(join(home, 'known-bad.txt'), `# my list\n\nnonsense ${line}\n${line}\n`);
			const one = inspector({ clamd: '' });
			const verdict = await one.inspect(file(eicar), 'song.txt');
			expect(verdict).toMatchObject({ verdict: 'refused', findings: [{ code: 'defence.known.hash' }] });
			expect(verdict.scanners).toContain('known-bad.txt');
			expect(await codes(one, png)).toEqual([]);
		}
	});

	it('take the hash that is known already', async () => {
		writeFileSync(join(home, 'known-bad.txt'), sha1OfEicar);
		const verdict = await inspector({ clamd: '' }).inspect(
			file(png),
			'dot.png',
			Uint8Array.from(Buffer.from(sha1OfEicar, 'hex')),
		);
		expect(verdict.verdict).toBe('refused');
	});

	it('of which a list is that cannot be read make suspicious', async () => {
		mkdirSync(join(home, 'known-bad.txt'));
		expect(await codes(inspector({ clamd: '' }))).toEqual(['defence.known.unscanned']);
	});
});

const clamdThere = installed('clamd');
if (!clamdThere) console.log('skipped: clamd is not installed (Debian: clamav-daemon), so it is not asked');

it.skipIf(!clamdThere)('ClamAV refuses what it knows, and is missed once it has answered', async () => {
	const clamd = new Clamd();
	await clamd.start();
	const one = inspector({ clamd: clamd.socket });
	try {
		const verdict = await one.inspect(file(eicar), 'song.txt');
		expect(verdict).toMatchObject({ verdict: 'refused', findings: [{ code: 'defence.known.signature' }] });
		expect(verdict.scanners).toEqual(['content', 'ClamAV']);
		expect(verdict.why).toContain('Local.Eicar');
		const large = await one.inspect(file(Buffer.alloc(16_000_000, 0x61)), 'long.txt');
		expect(large).toMatchObject({ verdict: 'ok', scanners: ['content'] });
		expect(large.why).toContain('ClamAV takes no files of this size');
	} finally {
		await clamd.stop();
	}
	expect((await one.inspect(file(png), 'dot.png')).findings).toMatchObject([
		{ code: 'defence.known.unscanned' },
	]);
});

const yaraThere = installed('yara');
if (!yaraThere) console.log('skipped: yara is not installed, so no rule is tried');

describe.skipIf(!yaraThere)('YARA', () => {
	it('refuses what a rule of the user matches, and only that', async () => {
		mkdirSync(join(home, 'yara'));
		writeFileSync(join(home, 'yara', 'mine.yar'), 'rule Mine { strings: $a = "ANTIVIRUS" condition: $a }');
		writeFileSync(join(home, 'yara', 'notes.txt'), 'no rule');
		const one = inspector({ clamd: '' });
		const verdict = await one.inspect(file(eicar), 'song.txt');
		expect(verdict).toMatchObject({ verdict: 'refused', findings: [{ detail: 'YARA: Mine' }] });
		expect(await one.inspect(file(png), 'dot.png')).toMatchObject({
			verdict: 'ok',
			scanners: expect.arrayContaining(['content', 'YARA']),
		});
	});

	it('whose rules are broken makes suspicious', async () => {
		mkdirSync(join(home, 'yara'));
		writeFileSync(join(home, 'yara', 'mine.yar'), 'rule Mine {');
		const verdict = await inspector({ clamd: '' }).inspect(file(png), 'dot.png');
		expect(verdict).toMatchObject({ verdict: 'suspicious', findings: [{ code: 'defence.known.unscanned' }] });
	});
});
