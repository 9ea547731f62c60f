import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { GivenBack } from '../../src/node/given-back.ts';

describe('memory of a server', () => {
	it('goes back when half of its files have left, once, and never for a few', () => {
		let given = 0;
		const memory = new GivenBack(() => given++);
		const after = (files: number): number => {
			memory.now(files);
			return given;
		};
		expect([9000, 100, 0].map(after)).toEqual([0, 0, 0]);
		expect([100_000, 60_000, 50_000, 50_000, 26_000, 25_000].map(after)).toEqual([0, 0, 1, 1, 1, 2]);
		expect([12_500, 6000, 0].map(after)).toEqual([3, 4, 4]);
	});

	it("is the system's again, in pieces that the C library keeps", async () => {
		// In this process other tests take and leave memory too.
		const alone = fileURLToPath(new URL('giving-back.ts', import.meta.url));
		const { stdout } = await promisify(execFile)(process.execPath, [alone]);
		expect(Number(stdout)).toBeGreaterThan(50_000_000);
	});
});
