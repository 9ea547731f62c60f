/** A page that fails while it is drawn says so, and the rest of the console goes on. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Folder } from '../../src/node/api/schemas.ts';
import { buildConsole, openWindow, skipped, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { violations } from './looks.ts';

describe.skipIf(skipped !== undefined)('a page that fails while it is drawn', () => {
	let window: Window;
	let api: FakeApi;
	let folders: Folder[];

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(), startFakeApi()]);
		folders = api.node.folders;
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});
	afterEach(() => {
		window.errors.length = 0; // what failed is told there too
	});

	async function breakLibrary(): Promise<void> {
		// No node says so, and no page can draw it.
		api.node.folders = [null] as never;
		await visit(window.page, api.url, '/library');
		await window.page.getByText('This page cannot be shown.').waitFor();
	}

	it('says what happened, and another page is a click away, and it itself when it can be drawn', async () => {
		const { page } = window;
		await breakLibrary();
		await page
			.getByRole('alert')
			.getByText(/of null/)
			.waitFor();
		expect(await page.locator('h1').allInnerTexts()).toEqual(['Library']);
		await page.getByRole('banner').getByText('1.2 MB/s').waitFor();
		expect(await violations(page)).toEqual([]);
		const rail = page.getByRole('navigation', { name: 'Pages' }).first();
		await rail.getByRole('link', { name: 'Transfers' }).click();
		await page.getByText('castle-plans.tar.gz').waitFor();
		api.node.folders = folders;
		await page.keyboard.press('g');
		await page.keyboard.press('l');
		await page.getByText('/home/you/Share/talks').first().waitFor();
	});

	it('is loaded again by a click, and leads to Settings', async () => {
		const { page } = window;
		await breakLibrary();
		api.node.folders = folders;
		await page.getByRole('button', { name: 'Load again' }).click();
		await page.getByText('/home/you/Share/talks').first().waitFor();
		await breakLibrary();
		await page.getByRole('link', { name: 'Open Settings' }).click();
		await page.getByText('GUID of this servent').waitFor();
		api.node.folders = folders;
	});

	it('or a drawer beside it, does not keep one from the next address', async () => {
		const { page } = window;
		const { evidence } = api.node.lists;
		api.node.lists.evidence = [{ id: 1 }] as never;
		await visit(page, api.url, '/transfers?evidence=');
		await page.getByText('This page cannot be shown.').waitFor();
		expect(await violations(page)).toEqual([]);
		await page.getByRole('link', { name: 'Open Settings' }).click();
		await page.getByText('GUID of this servent').waitFor();
		api.node.lists.evidence = evidence;
	});

	it('because a part of it never comes says the same', async () => {
		const { page } = window;
		const missing = (url: URL) => /\/network-[^/]+\.js$/.test(url.pathname);
		await page.route(missing, (route) => route.fulfill({ status: 404 }));
		await visit(page, api.url, '/network');
		await page.getByText('This page cannot be shown.').waitFor();
		await page.unroute(missing);
		await page.getByRole('button', { name: 'Load again' }).click();
		await page.getByText('Connected as a leaf to 3 ultrapeers. Others can reach you.').waitFor();
	});
});
