/** A file that is held: its reasons, and the one deliberate step past them. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Transfer } from '../../src/node/api/schemas.ts';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { transfers } from './fake-data.ts';

describe.skipIf(skipped !== undefined)('the quarantine', () => {
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
		const held: Transfer = {
			...transfers(1)[0]!,
			name: 'gimp.mp3',
			state: 'quarantined',
			why: 'In quarantine: It is a web page.',
			verdict: 'refused',
			findings: [
				{
					code: 'defence.media.page',
					short: 'A page as a song',
					sentence: 'The name says audio, the content is a web page.',
					detail: '<html>',
				},
			],
		};
		api.node.change('transfers', held);
		await visit(window.page, api.url, '/transfers?state=quarantined');
		await window.page.getByText('gimp.mp3').waitFor();
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	it('says why a file is held and who looked at it, and releases it only after one deliberate step', async () => {
		const { page } = window;
		await page.getByText('gimp.mp3').click();
		await page.getByText('A page as a song').waitFor();
		await page.getByText('The name says audio, the content is a web page.').waitFor();
		await page.getByText('Looked at by: content, ClamAV.').waitFor();
		const release = page.getByRole('button', { name: 'Release', exact: true });
		expect(await release.isDisabled()).toBe(true);
		await page.getByLabel('I know what "gimp.mp3" is, and want it all the same').check();
		await release.click();
		await until(async () => api.node.commands.at(-1)).toBe('POST transfers/1/release');
	});

	it('shows the pieces, in words too, and who gave them', async () => {
		const { page } = window;
		await page.getByText('gimp.mp3').click();
		await page.getByRole('img', { name: /% here, .*% proven, 0 sources give now/ }).waitFor();
		await page.getByText(/^Each piece of .+ is checked as it comes\.$/).waitFor();
		await page.getByText('127.0.0.5:6346').waitFor();
		await page.getByText('Not asked any more. It lied.').waitFor();
	});
});
