/** The console without a mouse. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';

describe.skipIf(skipped !== undefined)('the keyboard', () => {
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
	beforeEach(async () => {
		api.renew();
		await visit(window.page, api.url, '/transfers');
		await window.page.getByText('debian-12.9.0').waitFor();
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	it.each([
		['s', 'What are you looking for?'],
		['l', 'Library'],
		['n', 'Network'],
		[',', 'Settings'],
	])('goes to a page with g %s', async (key, heading) => {
		await window.page.keyboard.press('g');
		await window.page.keyboard.press(key);
		await window.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
	});

	it('opens the evidence with g e and closes it with Escape', async () => {
		const { page } = window;
		await page.keyboard.press('g');
		await page.keyboard.press('e');
		await page.getByRole('dialog', { name: 'Evidence' }).getByText('Oversized message').first().waitFor();
		await page.keyboard.press('Escape');
		await page.getByRole('dialog').waitFor({ state: 'hidden' });
		await page.getByRole('heading', { name: 'Transfers' }).waitFor();
	});

	it('reaches the search from anywhere with /', async () => {
		const { page } = window;
		await page.keyboard.press('/');
		await page.locator('input[data-field=search]:focus').waitFor();
		await page.keyboard.type('gs');
		expect(await page.locator('input[data-field=search]').inputValue()).toBe('gs');
	});

	it('moves with j and k, selects with x, and acts on what is selected', async () => {
		const { page } = window;
		for (const key of ['j', 'j', 'k', 'x', 'j', 'x']) await page.keyboard.press(key);
		await page.getByText('2 selected').first().waitFor();
		expect(await page.locator('tr[aria-selected=true]').count()).toBe(2);
		await page.keyboard.press('p');
		await page.getByText('Pause: 2').waitFor();
		expect(api.node.commands.sort()).toEqual(['POST transfers/1/pause', 'POST transfers/2/pause']);
		await page.keyboard.press('Escape');
		await page.getByText('2 selected').first().waitFor({ state: 'detached' });
	});

	it('resumes with the key that pauses', async () => {
		const { page } = window;
		for (const key of ['j', 'j', 'j', 'j', 'p']) await page.keyboard.press(key);
		await until(() => api.node.commands).toEqual(['POST transfers/4/resume']);
	});

	it('shows all keys with ?', async () => {
		const { page } = window;
		await page.keyboard.press('?');
		const sheet = page.getByRole('dialog', { name: 'Keys' });
		await sheet.getByText('Go to Transfers').waitFor();
		await sheet.getByText('Select all that match').waitFor();
		await page.keyboard.press('Escape');
		await sheet.waitFor({ state: 'hidden' });
	});

	it('finds a command with Ctrl K and runs it', async () => {
		const { page } = window;
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill('dark');
		await page.getByRole('option', { name: /Dark look/ }).waitFor();
		await page.keyboard.press('Enter');
		await page.locator('html[data-mantine-color-scheme=dark]').waitFor();
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill('system');
		await page.keyboard.press('Enter');
		await page.locator('html[data-mantine-color-scheme=light]').waitFor();
	});

	it('searches for words that are no command', async () => {
		const { page } = window;
		await page.keyboard.press('Control+k');
		await page.getByRole('combobox').fill('moat drawings');
		await page.keyboard.press('Enter');
		await page.getByText('moat-drawings-01.pdf').waitFor();
	});
});
