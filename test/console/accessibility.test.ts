/** axe finds nothing on any page, in both themes, wide and on a phone; and a phone has nothing too small to hit. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
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

/** The heads of columns are only read aloud there: a phone sorts with the box above the list. */
const tooSmall = `[...document.querySelectorAll('button, a, select')]
	.filter((target) => target.checkVisibility() && target.closest('thead') === null)
	.map((target) => ({ target, box: target.getBoundingClientRect() }))
	.filter(({ box }) => box.height > 0 && box.height < 43.5)
	.map(({ target, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.innerText)`;

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
		expect(await violations()).toEqual([]);
		await window.page.keyboard.press('Escape');
		await window.page.getByRole('combobox', { name: 'Type a command' }).waitFor({ state: 'detached' });
		await window.page.keyboard.press('?');
		await window.page.getByRole('dialog', { name: 'Keys' }).waitFor();
		expect(await violations()).toEqual([]);
	});

	if (look.width > 390) return;
	it('nothing that a thumb must hit is too small', async () => {
		const small: string[] = [];
		for (const [where, ready] of places) {
			await visit(window.page, api.url, where);
			await window.page.getByText(ready).locator('visible=true').first().waitFor();
			const found = (await window.page.evaluate(tooSmall)) as string[];
			small.push(...found.map((what) => `${where} ${what}`));
		}
		expect(small).toEqual([]);
	});
});
