/** axe finds nothing on any page, in both themes, wide and on a phone; and a phone has nothing too small to hit. */
import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildConsole, go, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { looks, looksRightIn, wear } from './looks.ts';

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

describe.skipIf(skipped !== undefined)('in both themes, wide and on a phone', () => {
	let window: Window;
	let api: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(), startFakeApi()]);
		api.node.search('castle');
		await visit(window.page, api.url, '/search');
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});

	it.each(places)('%s', async (where, ready) => {
		const { page } = window;
		await go(page, where);
		await looksRightIn(page, where, looks, () =>
			page.getByText(ready).locator('visible=true').first().waitFor(),
		);
	});

	it.each(looks)(
		'scope and reachability stay in sight beside the evidence, $scheme, $width',
		async (look) => {
			const { page } = window;
			await go(page, '/transfers?evidence=');
			await wear(page, look);
			await page.getByText('Oversized message').first().waitFor();
			for (const title of [
				'Practice: real nodes on this machine only. Nothing leaves it.',
				'Three ultrapeers answered',
			]) {
				const box = await page.getByTitle(title).boundingBox();
				const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 };
				await until(() =>
					page.evaluate(`document.elementFromPoint(${at.x}, ${at.y})?.closest('[title]')?.title ?? ''`),
				).toContain(title);
			}
		},
	);

	it('commands and keys', async () => {
		const { page } = window;
		await go(page, '/transfers');
		await page.getByText('castle-plans.tar.gz').waitFor();
		await page.keyboard.press('Control+k');
		const field = page.getByRole('combobox', { name: 'Type a command' });
		await looksRightIn(page, 'commands', looks, () => field.waitFor());
		await page.keyboard.press('Escape');
		await field.waitFor({ state: 'detached' });
		await page.keyboard.press('?');
		const sheet = page.getByRole('dialog', { name: 'Keys' });
		await looksRightIn(page, 'keys', looks, () => sheet.waitFor());
	});
});
