import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { contentOf, sha1Of } from './bench.ts';

const program = fileURLToPath(new URL('killed-child.ts', import.meta.url));
const size = (10 << 20) + 12_345;
let home: string;

beforeEach(() => {
	home = mkdtempSync(join(tmpdir(), 'sallyport-kill-'));
});

afterEach(() => {
	rmSync(home, { recursive: true });
});

/** Runs the child until it has said so many lines (or is complete), kills it, and answers all that it said. */
async function run(lines: number): Promise<string[]> {
	const child = spawn(process.execPath, [program, home, String(size)], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	const exit = once(child, 'exit');
	const said: string[] = [];
	for await (const line of createInterface({ input: child.stdout })) {
		said.push(line);
		if (said.length === lines || line.startsWith('complete')) child.kill('SIGKILL');
	}
	await exit;
	return said;
}

function last(said: readonly string[], word: string): string | undefined {
	return said.findLast((line) => line.startsWith(`${word} `))?.slice(word.length + 1);
}

test('a download that is killed again and again keeps every byte that it acknowledged, and ends right', async () => {
	let acknowledged = 0;
	let kills = 0;
	let midway = 0;
	let path: string | undefined;
	for (; path === undefined; kills++) {
		expect(kills).toBeLessThan(100);
		// A random moment: after this many words, while the next write is under way.
		const said = await run(randomInt(1, 4));
		if (kills > 0) {
			// What was wanted is still wanted, and not a byte is missing.
			const [id, done] = said[0]!.split(' ').slice(1).map(Number);
			expect([said[0]!.split(' ')[0], id]).toEqual(['kept', 1]);
			expect(done).toBeGreaterThanOrEqual(acknowledged);
			acknowledged = done!;
		} else expect(said[0]).toBe('wanted 1');
		expect(said.filter((line) => line.startsWith('notice'))).toEqual([]);
		const done = Number(last(said, 'done') ?? 0);
		expect(done === 0 || done >= acknowledged).toBe(true);
		acknowledged = Math.max(acknowledged, done);
		if (acknowledged > 0 && acknowledged < size) midway++;
		path = last(said, 'complete');
	}
	console.info(`killed ${kills} times, ${midway} of them midway`);
	expect(midway).toBeGreaterThanOrEqual(2);
	expect(path).toBe(join(home, 'downloads', 'film.ogv'));
	expect(sha1Of(readFileSync(path))).toBe(sha1Of(contentOf(size)));
	expect(readdirSync(join(home, 'downloads'))).toEqual(['film.ogv']);
	expect(existsSync(join(home, 'incomplete', '1.part'))).toBe(false);
});

test('an order is kept from the moment it is acknowledged', async () => {
	const said = await run(1);
	expect(said[0]).toBe('wanted 1');
	expect((await run(1))[0]).toMatch(/^kept 1 /);
});
