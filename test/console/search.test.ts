/** From words to a file: results arrive, are narrowed, explained and fetched. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Transfer } from '../../src/node/api/schemas.ts';
import { buildConsole, go, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';

describe.skipIf(skipped !== undefined)('a search', () => {
	let window: Window;
	let api: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(), startFakeApi()]);
		await visit(window.page, api.url, '/search');
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	async function search(words: string): Promise<void> {
		const { page } = window;
		await go(page, '/search');
		await page.getByRole('textbox', { name: /Search the network/ }).fill(words);
		await page.keyboard.press('Enter');
		await page.getByText('Asked 12 ultrapeers, all have answered.').waitFor();
	}

	it('begins with a click on words that will be found', async () => {
		const { page } = window;
		await visit(page, api.url, '/search');
		await page.getByRole('button', { name: 'vyncke slides' }).click();
		await page.getByText('vyncke-slides-01.pdf').waitFor();
		await until(() => page.title()).toContain('vyncke slides');
		await visit(page, api.url, '/search');
		await page.getByRole('region', { name: 'Recent searches' }).getByText('vyncke slides').waitFor();
	});

	it('has a visible end, and counts the answers that it refused', async () => {
		const { page } = window;
		await search('castle');
		await page.getByText('34 results').first().waitFor();
		await page.getByText('hidden: 7 refused').waitFor();
		expect(await page.getByText('.vbs').filter({ hasText: '05' }).count()).toBe(0);
		await page.getByRole('button', { name: 'why?' }).click();
		await page.getByText('castle-05.vbs').waitFor();
		await page.getByText('Answers everything', { exact: false }).first().waitFor();
		expect(await page.getByRole('gridcell', { name: 'refused' }).count()).toBe(7);
		expect(await page.getByRole('button', { name: /^Get: / }).count()).toBe(0);
		await page.getByRole('button', { name: 'Back to the results' }).click();
		await page.getByText('castle-01.pdf').waitFor();
	});

	it('is filtered while one types, by the node', async () => {
		const { page } = window;
		await search('castle');
		await page.getByRole('textbox', { name: 'Filter' }).pressSequentially('ext:pdf size>1M');
		await until(() => page.getByRole('row').filter({ hasText: '.ogg' }).count()).toBe(0);
		await page.getByText('castle-06.pdf').waitFor();
		expect(page.url()).toContain('filter=ext');
		await page.getByRole('textbox', { name: 'Filter' }).fill('no-such-name');
		await page.getByText('Nothing matches the filter.').waitFor();
		await page.getByRole('button', { name: 'Clear the filter' }).last().click();
		await page.getByText('castle-01.pdf').waitFor();
	});

	it('opens a result: why this verdict, names, sources, hash', async () => {
		const { page } = window;
		await search('castle');
		await page.getByRole('button', { name: 'Details of castle-01.pdf' }).click();
		await page.getByText('Nothing speaks against it.').waitFor();
		await page.getByText('castle_final.pdf').waitFor();
		await page.getByText(/^urn:sha1:/).waitFor();
	});

	it('fetches a result, and says so', async () => {
		const { page } = window;
		await search('castle');
		await page.getByRole('button', { name: 'Get: castle-02.ogg' }).click();
		await page.getByText('Fetching castle-02.ogg').waitFor();
		const names = (api.node.lists.transfers as Transfer[]).map(({ name }) => name);
		expect(names).toContain('castle-02.ogg');
	});

	it('is one of several, each a tab with an address', async () => {
		const { page } = window;
		await search('tower');
		const tabs = page.getByRole('navigation', { name: 'Searches' });
		await tabs
			.getByRole('link', { name: /^castle/ })
			.first()
			.click();
		await page.getByText('castle-01.pdf').waitFor();
		await page.goBack();
		await page.getByText('tower-01.pdf').waitFor();
		await tabs.getByRole('button', { name: 'Close tower' }).click();
		await tabs.getByRole('link', { name: /^tower/ }).waitFor({ state: 'detached' });
		expect(api.node.commands.some((command) => command.startsWith('DELETE searches/'))).toBe(true);
	});

	it('that nobody answers says that nobody has it', async () => {
		await search('nothing');
		await window.page.getByText('The peers were asked, and none of them has it.').waitFor();
	});

	it('for a link fetches it instead', async () => {
		const { page } = window;
		await go(page, '/search');
		await page
			.getByRole('textbox', { name: /Search the network/ })
			.fill('magnet:?xt=urn:sha1:AAAA&dn=gate.iso');
		await page.getByRole('button', { name: 'Get', exact: true }).click();
		await page.getByRole('heading', { name: 'Transfers' }).waitFor();
		await page.getByText('magnet:?xt=urn:sha1:AAAA&dn=gate.iso').first().waitFor();
	});

	it('keeps its place, filter and order over a reload', async () => {
		const { page } = window;
		await search('moat');
		await page.getByRole('textbox', { name: 'Filter' }).fill('size>1M');
		await page.getByRole('button', { name: 'Size', exact: true }).click();
		await until(() => page.url()).toContain('filter=size%3E1M');
		expect(page.url()).toContain('sort=-size');
		const firstName = page.locator('tbody tr').first().locator('[data-col=name]');
		await until(() => firstName.innerText()).toContain('moat-40');
		await page.reload();
		await until(() => firstName.innerText()).toContain('moat-40');
		expect(await page.getByRole('textbox', { name: 'Filter' }).inputValue()).toBe('size>1M');
		await page
			.getByRole('columnheader', { name: 'Size' })
			.and(page.locator('[aria-sort=descending]'))
			.waitFor();
	});
});
