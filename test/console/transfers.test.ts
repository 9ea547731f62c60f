/** A hundred thousand transfers stay smooth, keep their places, and are commanded in bulk. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transfer } from '../../src/node/api/schemas.ts';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { transfers } from './fake-data.ts';
import { violations } from './looks.ts';

/** Rows in sight at 800 pixels, those before and after, and some air. */
const mostRows = 60;

describe.skipIf(skipped !== undefined)('transfers', () => {
	let window: Window;
	let api: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(), startFakeApi()]);
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	async function withApi(count: number, run: (api: FakeApi) => Promise<void>): Promise<void> {
		api.renew({ transfers: count });
		await run(api);
	}

	it('of which there are 100,000 are drawn a screen at a time, to the last', () =>
		withApi(100_000, async ({ url }) => {
			const { page } = window;
			await visit(page, url, '/transfers?sort=id');
			await page.getByText('file-000008.bin').waitFor();
			const rows = page.locator('tbody tr');
			expect(await rows.count()).toBeLessThan(mostRows);
			await page.getByRole('grid').and(page.locator('[aria-rowcount="100001"]')).waitFor();
			for (const part of [0.25, 0.5, 0.75, 1]) {
				await page.evaluate(
					`(main => { main.scrollTop = main.scrollHeight * ${part}; })(document.querySelector('main'))`,
				);
				await until(() => page.locator('tbody tr:has([data-col=name])').count()).toBeGreaterThan(5);
				expect(await rows.count()).toBeLessThan(mostRows);
			}
			await page.getByText('file-099999.bin').waitFor();
		}));

	it('are narrowed by state, with counts', () =>
		withApi(80, async ({ url }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByRole('button', { name: 'Paused 10' }).click();
			await until(() => page.locator('tbody tr').count()).toBe(10);
			expect(page.url()).toContain('state=paused');
			await page.reload();
			await page.getByRole('button', { name: 'Paused 10', pressed: true }).waitFor();
		}));

	it('change their figures in place', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByRole('row').filter({ hasText: 'debian-12.9.0' }).getByText('42%').waitFor();
			const row = node.lists.transfers[0] as Transfer;
			node.change('transfers', {
				...row,
				done: Math.round((row.size ?? 0) * 0.77),
				eta: 65,
				rate: 2_000_000,
			} as Transfer);
			const shown = page.getByRole('row').filter({ hasText: 'debian-12.9.0' });
			await shown.getByText('77%').waitFor();
			await shown.getByText('2 MB/s').waitFor();
		}));

	it('keep their places under the pointer until the new order is asked for', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			const first = page.locator('tbody tr').first();
			await first.getByText('debian-12.9.0').waitFor();
			await page.getByText('castle-plans.tar.gz').hover();
			const newer = { ...transfers(1)[0]!, id: 900, name: 'newest.iso', createdAt: Date.now() };
			node.lists.transfers = [...node.lists.transfers, newer];
			node.changed();
			await page.getByRole('button', { name: '1 new' }).waitFor();
			await first.getByText('debian-12.9.0').waitFor();
			await page.getByRole('button', { name: '1 new' }).click();
			await page.locator('tbody tr').filter({ hasText: 'newest.iso' }).waitFor();
			await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'detached' });
		}));

	it('are selected with Shift and paused together', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByRole('checkbox', { name: /debian-12/ }).click();
			await page.getByRole('checkbox', { name: /castle-plans/ }).click({ modifiers: ['Shift'] });
			await page.getByText('4 selected').first().waitFor();
			await page.getByRole('toolbar').getByRole('button', { name: 'Pause' }).click();
			await page.getByText('Pause: 3').waitFor();
			expect(node.commands.sort()).toEqual([1, 2, 3].map((id) => `POST transfers/${id}/pause`));
			await until(() => page.getByText('Paused by you.').count()).toBe(4);
		}));

	it('are all selected with Ctrl A, also those that were never loaded', () =>
		withApi(160, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers?state=failed');
			await page.getByText('old-maps.zip').waitFor();
			await page.keyboard.press('Control+a');
			await page.getByText('20 selected').first().waitFor();
			await visit(page, url, '/transfers');
			await page.getByText('debian-12.9.0').waitFor();
			await page.keyboard.press('Control+a');
			await page.getByText('160 selected').first().waitFor();
			await page.getByRole('toolbar').getByRole('button', { name: 'Try again' }).click();
			await page.getByText('Try again: 40').waitFor();
			expect(new Set(node.commands).size).toBe(40);
			expect(node.commands).toContain('POST transfers/158/retry');
		}));

	it('are given a priority in their details', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByRole('button', { name: 'Details of debian-12.9.0-amd64-netinst.iso' }).click();
			const choice = page.getByRole('group', { name: 'Priority of debian-12.9.0-amd64-netinst.iso' });
			await choice.getByRole('button', { name: 'Usual', pressed: true }).waitFor();
			await choice.getByRole('button', { name: 'High' }).press('Space');
			await choice.getByRole('button', { name: 'High', pressed: true }).waitFor();
			await page.getByRole('row').getByText('high priority').waitFor();
			const row = () => node.find<Transfer>('transfers', 1);
			expect(row().priority).toBeGreaterThan(0);
			await choice.getByRole('button', { name: 'Low' }).click();
			await page.getByRole('row').getByText('low priority').waitFor();
			expect(row().priority).toBeLessThan(0);
			await choice.getByRole('button', { name: 'Usual' }).click();
			await choice.getByRole('button', { name: 'Usual', pressed: true }).waitFor();
			expect(row().priority).toBe(0);
			expect(node.commands).toEqual(Array.from({ length: 3 }, () => 'PUT transfers/1/priority'));
			expect(await violations(page)).toEqual([]);
		}));

	it('are given a priority in the menu, many at once, and not when they are complete', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByRole('checkbox', { name: /debian-12/ }).click();
			await page.getByRole('checkbox', { name: /sally-port-photograph/ }).click({ modifiers: ['Shift'] });
			await page.getByText('5 selected').first().waitFor();
			await page.getByText('castle-plans.tar.gz').click({ button: 'right' });
			expect(await page.getByRole('menuitem', { name: 'Usual priority' }).count()).toBe(0);
			await page.getByRole('menuitem', { name: 'High priority' }).click();
			await page.getByText('High priority: 4').waitFor();
			expect(node.commands.sort()).toEqual([1, 2, 3, 4].map((id) => `PUT transfers/${id}/priority`));
		}));

	it('offer in the menu of a row what fits it', () =>
		withApi(8, async ({ url, node }) => {
			const { page } = window;
			await visit(page, url, '/transfers');
			await page.getByText('sally-port-photograph.jpg').click({ button: 'right' });
			await page.getByRole('menuitem', { name: 'Copy path' }).waitFor();
			expect(await page.getByRole('menuitem', { name: 'Pause' }).count()).toBe(0);
			await page.getByRole('menuitem', { name: 'Remove from the list' }).click();
			await page.getByText('sally-port-photograph.jpg').waitFor({ state: 'detached' });
			expect(node.commands).toEqual(['DELETE transfers/5']);
		}));
});
