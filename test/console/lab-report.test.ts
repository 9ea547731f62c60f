/** The page that `lab run --out` writes, opened from a disk by a browser without a network. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { writeReport } from '../../src/lab/report-files.ts';
import { played } from '../lab/playing.ts';
import { openWindow, skipped } from './browser.ts';
import { violations } from './looks.ts';

it.skipIf(skipped !== undefined)(
	'a report asks nobody, is read aloud, and has each figure twice',
	async () => {
		const folder = mkdtempSync(join(tmpdir(), 'lab-report-'));
		const sweep = [0.2, 0.8].map((careless) =>
			played('oversharing', { nodes: 20, randomSeed: 7, set: ['runs=2', `careless=${careless}`] }),
		);
		writeReport(folder, sweep, '1.2.3');
		const { page, context, errors, close } = await openWindow({ width: 390, height: 844, scheme: 'dark' });
		try {
			await context.setOffline(true);
			const asked: string[] = [];
			page.on('request', (request) => asked.push(request.url()));
			const address = pathToFileURL(join(folder, 'report.html')).href;
			await page.goto(address);
			expect(asked).toEqual([address]);
			expect(await violations(page)).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
			const table = page.getByRole('region', { name: 'The same as a table' }).getByRole('row');
			expect(await table.count()).toBe(1 + 2 * 4);
			const plot = page.getByRole('img', { name: 'private shared, a bar for each row' });
			const [drawn, told] = [await plot.textContent(), await table.nth(2).innerText()];
			expect(told).toMatch(/^careless 0\.2 · on\t/);
			expect(drawn).toContain('careless 0.2 · on');
			for (const { digest } of sweep) await page.getByText(digest).waitFor();
			await page
				.getByText(
					'sallyport lab sweep oversharing --nodes 20 --random-seed 7 --set runs=2 --set careless=0.2,0.8',
				)
				.waitFor();
			expect(errors).toEqual([]);
		} finally {
			await close();
			rmSync(folder, { recursive: true });
		}
	},
);
