/** axe finds nothing on any page, in both themes, wide and on a phone; and a phone has nothing too small to hit. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole, openWindow, skipped, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';

/** Where, and a text that is there when the page is. */
const places: readonly (readonly [where: string, ready: string])[] = [
	['/search', 'Try one of these'],
	['/search?id=1', 'castle-01.pdf'],
	['/search?id=1&refused=1', 'castle-05.vbs'],
	['/transfers', 'castle-plans.tar.gz'],
	['/transfers?tab=uploads', 'sally-port-lecture.ogg'],
	['/library', 'gate-02.ogg'],
	['/network', 'gtk-gnutella/1.2.2'],
	['/network?view=table', '127.0.0.11'],
	['/settings', 'GUID of this servent'],
	['/settings?evidence=', 'Oversized message'],
];

const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 1280, height: 800 },
	{ scheme: 'light', width: 390, height: 844 },
	{ scheme: 'dark', width: 390, height: 844 },
] as const;

describe.skipIf(skipped !== undefined).each(looks)('$scheme, $width pixels wide', (look) => {
	let window: Window;
	let api: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(look), startFakeApi()]);
		api.node.search('castle');
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});

	async function violations(): Promise<string[]> {
		const { violations } = await new AxeBuilder({ page: window.page }).analyze();
		return violations.map(
			({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
		);
	}

	it.each(places)('%s', async (where, ready) => {
		await visit(window.page, api.url, where);
		await window.page.getByText(ready).locator('visible=true').first().waitFor();
		expect(await violations()).toEqual([]);
		const wide = await window.page.evaluate('document.documentElement.scrollWidth');
		expect(wide).toBeLessThanOrEqual(look.width);
	});

	it('commands and keys', async () => {
		await visit(window.page, api.url, '/transfers');
		await window.page.getByText('castle-plans.tar.gz').waitFor();
		await window.page.keyboard.press('Control+k');
		await window.page.getByRole('combobox', { name: 'Type a command' }).waitFor();
		expect(await violations()).toEqual([]);
		await window.page.keyboard.press('Escape');
		await window.page.getByRole('combobox', { name: 'Type a command' }).waitFor({ state: 'detached' });
		await window.page.keyboard.press('?');
		await window.page.getByRole('dialog', { name: 'Keys' }).waitFor();
		expect(await violations()).toEqual([]);
	});

	it.runIf(look.width === 390)('nothing that a thumb must hit is too small', async () => {
		const small: string[] = [];
		for (const [where, ready] of places) {
			await visit(window.page, api.url, where);
			await window.page.getByText(ready).locator('visible=true').first().waitFor();
			// The heads of columns are only read aloud there: a phone sorts with the box above the list.
			const targets = window.page
				.locator(':is(button, a, select):visible')
				.and(window.page.locator(':not(thead *)'));
			for (const target of await targets.all()) {
				const box = await target.boundingBox();
				if (box === null || box.height >= 43.5) continue;
				small.push(`${where} ${Math.round(box.width)}x${Math.round(box.height)} ${await target.innerText()}`);
			}
		}
		expect(small).toEqual([]);
	});
});
