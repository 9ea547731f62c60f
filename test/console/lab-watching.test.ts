/** What the Lab page shows of an overlay, message by message, in Chromium. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { skipped, until, visit } from './browser.ts';
import { type LabStage, labStage } from './lab-stage.ts';

/** What the picture was in the moment in which it had another label: which row it is, and how that stands. */
interface Look {
	readonly label: string;
	readonly isDrawn: boolean;
	readonly picture: string;
}

const looking = `seen = []; new MutationObserver(() => {
	const canvas = document.querySelector('figure canvas'), label = canvas?.ariaLabel;
	if (label && label !== seen.at(-1)?.label)
		seen.push({ label, isDrawn: canvas.width === canvas.clientWidth * devicePixelRatio, picture: canvas.toDataURL() });
}).observe(document.body, { subtree: true, childList: true, attributeFilter: ['aria-label'] })`;

describe.skipIf(skipped !== undefined)('a row that is watched', () => {
	let on: LabStage;

	beforeAll(async () => {
		on = await labStage();
	});
	afterAll(() => on?.close());
	beforeEach(async () => {
		await visit(on.page, on.url, '/lab');
		await on.page.getByText('What the talk claimed, measured here').waitFor();
	});
	afterEach(() => {
		expect(on.window.errors).toEqual([]);
	});

	it('lets an overlay light up, message by message, and says the same in words and as a table', async () => {
		const { page } = on;
		await page.evaluate(looking);
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('ttl');
		await page.getByRole('button', { name: 'Watch it' }).press('Enter');
		const watched = page.getByRole('region', { name: 'Message by message' });
		await watched.getByRole('combobox', { name: 'Row', exact: true }).selectOption('TTL 3');
		const picture = watched.getByRole('img', { name: /^The overlay, TTL 3\. 0 of 80 servents have heard/ });
		await picture.waitFor();
		await watched.getByRole('button', { name: 'Step', exact: true }).press('Enter');
		await watched
			.getByText('1 of 80 servents have heard a query. 1 query message, 0 of them known')
			.first()
			.waitFor();
		const seen = (await page.evaluate('seen')) as Look[];
		expect(seen.filter(({ isDrawn }) => !isDrawn)).toEqual([]);
		const [dark, lit] = seen.slice(-2);
		expect(dark!.label).toMatch(/^The overlay, TTL 3\. 0 of 80 /);
		expect(lit!.label).toMatch(/^The overlay, TTL 3\. 1 of 80 /);
		expect(lit!.picture).not.toBe(dark!.picture);
		await watched.getByRole('slider', { name: 'Moment' }).press('End');
		// Three hops there, and the hits of the third ring three hops back.
		await watched.getByText('6 of 6, at 0.6 s').waitFor();
		const told = await watched.locator('figure p').first().innerText();
		const heard = Number(/^(\d+) of 80/.exec(told)![1]);
		expect(heard).toBeGreaterThan(20);
		await watched.getByText('The same as a table').press('Enter');
		const rows = watched.getByRole('table').getByRole('row');
		await until(() => rows.count()).toBe(7);
		expect(await rows.last().getByRole('cell').first().innerText()).toBe(String(heard));
		await watched.getByRole('button', { name: 'From the start' }).press('Enter');
		await watched.getByRole('combobox', { name: 'Speed' }).selectOption('very fast');
		await watched.getByRole('button', { name: 'Play' }).press('Enter');
		await watched.getByText(told).first().waitFor();
		await watched.getByRole('button', { name: 'Close the picture' }).press('Enter');
		expect(await watched.count()).toBe(0);
	});

	it('shows an attack with and without defences on one clock', async () => {
		const { page } = on;
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('push-diversion');
		await page.getByText('Settings', { exact: true }).last().press('Enter');
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('40');
		await page.getByRole('spinbutton', { name: 'seconds' }).fill('20');
		await page.getByRole('button', { name: 'Watch it' }).click();
		const watched = page.getByRole('region', { name: 'Message by message' });
		await watched.getByRole('slider', { name: 'Moment' }).press('End');
		const dials = async (row: string): Promise<number> => {
			const name =
				(await watched.getByRole('img', { name: `The overlay, ${row}.` }).getAttribute('aria-label')) ?? '';
			return Number(/([\d,]+) connections to the victim/.exec(name)?.[1]?.replace(',', ''));
		};
		expect(await dials('attack, no defence')).toBeGreaterThan((await dials('attack, all defences')) * 2);
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('301');
		await page.getByRole('button', { name: 'Watch it' }).click();
		await watched.getByRole('alert').getByText('301 nodes; at most 300').waitFor();
		on.window.errors.length = 0; // both rows were answered 422
	});

	it('shows servers and their users, a super-node that turns them, and says what cannot be watched', async () => {
		const { page } = on;
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('rogue-super-node');
		await page.getByText('Settings', { exact: true }).last().press('Enter');
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('12');
		await page.getByRole('spinbutton', { name: 'minutes' }).fill('2');
		await page.getByRole('button', { name: 'Watch it' }).click();
		const watched = page.getByRole('region', { name: 'Message by message' });
		await watched.getByRole('slider', { name: 'Moment' }).press('End');
		const scene = watched.getByRole('img', { name: 'The overlay, attack, no defence.' });
		const told = (await scene.getAttribute('aria-label')) ?? '';
		expect(told).toMatch(
			/ 0 of 1 server has heard a query\. .* 468 PUSHes or call-backs, \d+ connections to the victim/,
		);
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('central');
		await page.getByText('It cannot be watched').waitFor();
		expect(await page.getByRole('button', { name: 'Watch it' }).count()).toBe(0);
	});

	it('moves nothing between moments for whoever wants less motion', async () => {
		const { page } = on;
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('ttl');
		await page.getByRole('button', { name: 'Watch it' }).click();
		await page.getByRole('group', { name: 'Playing' }).waitFor();
		await page.getByRole('combobox', { name: 'Speed' }).selectOption('fast');
		await page.evaluate(`{
			window.drawn = 0;
			const clear = CanvasRenderingContext2D.prototype.clearRect;
			CanvasRenderingContext2D.prototype.clearRect = function (...all) { window.drawn++; clear.apply(this, all); };
		}`);
		await page.getByRole('button', { name: 'Play' }).click();
		const end = page.getByText(/^(\d+) of \1, at/);
		await end.waitFor();
		const moments = Number.parseInt(await end.innerText(), 10);
		expect(await page.evaluate('window.drawn')).toBe(moments);
		await page.emulateMedia({ reducedMotion: 'no-preference' });
		await page.getByRole('button', { name: 'From the start' }).click();
		await page.evaluate('window.drawn = 0');
		await page.getByRole('button', { name: 'Play' }).click();
		await end.waitFor();
		expect(await page.evaluate('window.drawn')).toBeGreaterThan(moments);
	});
});
