/** axe finds nothing on any page, in both themes, wide and on a phone; and a phone has nothing too small to hit. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { looks, looksRight, violations } from './looks.ts';

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

	it.each(places)('%s', async (where, ready) => {
		await visit(window.page, api.url, where);
		await window.page.getByText(ready).locator('visible=true').first().waitFor();
		await looksRight(window.page, where);
	});

	it('scope and reachability stay in sight beside the evidence', async () => {
		await visit(window.page, api.url, '/transfers?evidence=');
		await window.page.getByText('Oversized message').first().waitFor();
		for (const title of [
			'Practice: real nodes on this machine only. Nothing leaves it.',
			'Three ultrapeers answered',
		]) {
			const box = await window.page.getByTitle(title).boundingBox();
			const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
			await until(() =>
				window.page.evaluate(`document.elementFromPoint(${at.x}, ${at.y})?.closest('[title]')?.title ?? ''`),
			).toContain(title);
		}
	});

	it('commands and keys', async () => {
		await visit(window.page, api.url, '/transfers');
		await window.page.getByText('castle-plans.tar.gz').waitFor();
		await window.page.keyboard.press('Control+k');
		await window.page.getByRole('combobox', { name: 'Type a command' }).waitFor();
		expect(await violations(window.page)).toEqual([]);
		await window.page.keyboard.press('Escape');
		await window.page.getByRole('combobox', { name: 'Type a command' }).waitFor({ state: 'detached' });
		await window.page.keyboard.press('?');
		await window.page.getByRole('dialog', { name: 'Keys' }).waitFor();
		expect(await violations(window.page)).toEqual([]);
	});
});
