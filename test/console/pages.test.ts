/** Each page as its user meets it: with data, empty, locked, and after the line went dead. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transfer } from '../../src/node/api/schemas.ts';
import { buildConsole, go, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';

describe.skipIf(skipped !== undefined)('the pages', () => {
	let window: Window;
	let full: FakeApi;
	let bare: Window;
	let empty: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, full] = await Promise.all([openWindow(), startFakeApi()]);
		[bare, empty] = await Promise.all([openWindow(), startFakeApi({ empty: true })]);
		await visit(window.page, full.url, '/search');
		await visit(bare.page, empty.url, '/search');
	});
	afterAll(async () => {
		await Promise.all([window.close(), bare.close()]);
		await Promise.all([full.close(), empty.close()]);
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	it.each([
		['search', 'What are you looking for?', 'sally port'],
		['transfers', 'Transfers', 'Place 14 in the queue of 127.0.0.5; next try in 40 s.'],
		['transfers?tab=uploads', 'Transfers', 'Queued, place 1'],
		['library', 'Library', '/home/you/Share/talks'],
		['network', 'Network', 'Connected as a leaf to 3 ultrapeers. Others can reach you.'],
		['settings', 'Settings', 'GUID of this servent'],
	])('%s shows what the node says, with one heading and a title', async (name, heading, text) => {
		const { page } = window;
		await visit(page, full.url, `/${name}`);
		await page.getByText(text).first().waitFor();
		expect(await page.locator('h1').allInnerTexts()).toEqual([heading]);
		expect(await page.locator('main').count()).toBe(1);
		await until(() => page.title()).toContain('Sallyport');
		await page.getByRole('banner').getByText('PRACTICE').waitFor();
		await page.getByRole('banner').getByText('Reachable').waitFor();
		await page.getByRole('banner').getByText('1.2 MB/s').waitFor();
	});

	it.each(['js', 'css'])('whose %s cannot be loaded at first is there after all', async (kind) => {
		// A window of its own: it notes what it has loaded again, and the others hold it already.
		const fresh = await openWindow();
		try {
			let broken = 0;
			await fresh.page.route(
				(url) => /\/network-[^/]+$/.test(url.pathname) && url.pathname.endsWith(`.${kind}`),
				(route) => (broken++ === 0 ? route.fulfill({ status: 404 }) : route.continue()),
			);
			await visit(fresh.page, full.url, '/network');
			await fresh.page.getByText('Connected as a leaf to 3 ultrapeers. Others can reach you.').waitFor();
			expect(broken).toBeGreaterThan(1);
		} finally {
			await fresh.close();
		}
	});

	it.each([
		['transfers', 'Nothing yet.'],
		['transfers?tab=uploads', 'Nobody fetches anything from you now.'],
		['library', 'You share nothing. That is the default.'],
		['network', 'No peer is connected.'],
		['search?evidence=', 'Nothing was refused yet.'],
	])('an empty %s says so, and what to do', async (where, text) => {
		await go(bare.page, `/${where}`);
		await bare.page.getByText(text).waitFor();
		expect(bare.errors).toEqual([]);
	});

	it('asks nobody but the node', async () => {
		const { page } = window;
		const elsewhere: string[] = [];
		page.on('request', (request) => {
			if (!request.url().startsWith(full.url)) elsewhere.push(request.url());
		});
		await visit(page, full.url, '/search');
		for (const heading of ['Transfers', 'Library', 'Network', 'Settings']) {
			await go(page, `/${heading.toLowerCase()}`);
			await page.getByRole('heading', { name: heading, level: 1 }).waitFor();
		}
		page.removeAllListeners('request');
		expect(elsewhere).toEqual([]);
	});

	it('shows the progress of transfers in the title of the tab', async () => {
		await go(window.page, '/library');
		await until(() => window.page.title()).toBe('42% · Library · Sallyport');
	});

	it('draws the neighbourhood, and has a table with the same content', async () => {
		const { page } = window;
		await go(page, '/network?view=picture');
		await page.getByRole('img', { name: /Picture of 11 nodes and 13 connections/ }).waitFor();
		await page.getByRole('group', { name: 'Neighbourhood' }).getByText('Table').click();
		const row = page.getByRole('row', { name: /127\.0\.0\.11 seed 127\.0\.0\.2/ });
		await row.waitFor();
		expect(page.url()).toContain('view=table');
	});

	it('opens the evidence about a peer from its refused messages', async () => {
		const { page } = window;
		await go(page, '/network');
		await page.getByRole('button', { name: '38, why?' }).click();
		const drawer = page.getByRole('dialog', { name: 'Evidence' });
		await drawer.getByText('127.0.0.3:6346').first().waitFor();
		await until(() => drawer.getByText('127.0.0.4:6346').count()).toBe(0);
		expect(page.url()).toContain('evidence=127.0.0.3');
		await page.keyboard.press('Escape');
		await drawer.waitFor({ state: 'hidden' });
		expect(page.url()).not.toContain('evidence');
	});

	it('lists what a folder leaves out, with reasons', async () => {
		const { page } = window;
		await go(page, '/library');
		await page.getByRole('button', { name: '14 left out, why?' }).click();
		await page.getByText('It is a program: programs are not shared.').waitFor();
		await page.getByText('and 11 more').waitFor();
	});
});

describe.skipIf(skipped !== undefined)('a line that breaks', () => {
	let window: Window;
	beforeAll(async () => {
		await buildConsole();
		window = await openWindow();
	});
	afterAll(() => window.close());

	it('keeps the figures, says from when they are, and goes on by itself', async () => {
		const api = await startFakeApi();
		const { page } = window;
		await visit(page, api.url, '/transfers');
		await page.getByText('castle-plans.tar.gz').waitFor();
		api.goDeaf();
		await page.getByText(/^Reconnecting, data from \d\d:\d\d:\d\d$/).waitFor();
		expect(await page.getByText('castle-plans.tar.gz').isVisible()).toBe(true);
		const colour = () =>
			page.evaluate('getComputedStyle(document.querySelector("header [data-figure]")).color');
		const grey = await colour();
		api.hearAgain();
		await page.getByText(/^Reconnecting/).waitFor({ state: 'detached' });
		expect(await colour()).not.toBe(grey);
		await api.close();
	});

	it('that the tab does not need while it is hidden is given back, and opened again with the tab', async () => {
		const api = await startFakeApi();
		const { page } = window;
		await visit(page, api.url, '/transfers');
		await page.getByText('castle-plans.tar.gz').waitFor();
		expect(api.node.watchers.size).toBe(1);
		const show = (shown: boolean) =>
			page.evaluate(
				`Object.defineProperty(document, 'hidden', { value: ${!shown}, configurable: true });
				document.dispatchEvent(new Event('visibilitychange'))`,
			);
		await show(false);
		await until(() => api.node.watchers.size).toBe(0);
		const row = api.node.find<Transfer>('transfers', 4);
		api.node.change('transfers', { ...row, why: 'Paused by the cat.' } as Transfer);
		await show(true);
		await page.getByText('Paused by the cat.').waitFor();
		expect(api.node.watchers.size).toBe(1);
		await api.close();
	});

	it('that was closed for this browser asks for the printed address', async () => {
		const api = await startFakeApi({ locked: true });
		await visit(window.page, api.url, '/transfers');
		await window.page.getByRole('heading', { name: 'This door is closed' }).waitFor();
		await window.page.getByText(/Open the address that `sallyport start` printed/).waitFor();
		await api.close();
	});
});
