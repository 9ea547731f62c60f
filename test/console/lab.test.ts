/** The Lab page in Chromium, against the real API and real runs. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { skipped, until, visit } from './browser.ts';
import { type LabStage, labStage } from './lab-stage.ts';

const attack = {
	scenario: 'push-diversion',
	randomSeed: 7,
	nodes: 60,
	set: { seconds: 10, searches: 10, runs: 2 },
};
/** A hundred times what a test waits for. */
const endless = {
	scenario: 'dynamic-querying',
	randomSeed: 1,
	nodes: 3000,
	set: { runs: 20, searches: 300 },
};

function start(on: LabStage, order: typeof attack | typeof endless): number {
	const run = on.lab.start(order);
	if (isRefusal(run)) throw new Error(run.refused);
	return run.id;
}

async function ended(on: LabStage, id: number): Promise<void> {
	await until(() => on.lab.of(id)?.state).toBe('done');
}

describe.skipIf(skipped !== undefined)('the Lab page', () => {
	let on: LabStage;

	beforeAll(async () => {
		on = await labStage();
	});
	afterAll(() => on?.close());
	beforeEach(async () => {
		await on.page.goto('about:blank');
		for (const { id } of on.lab.list()) while (on.lab.of(id) !== undefined) on.lab.remove(id);
		await visit(on.page, on.url, '/lab');
		await on.page.getByText('What the talk claimed, measured here').waitFor();
	});
	afterEach(() => {
		expect(on.window.errors).toEqual([]);
	});

	it('measures a claim of the talk at a click, and the terminal gives the same digest', async () => {
		const { page } = on;
		await page.getByRole('button', { name: 'Run it: central' }).click();
		await page.getByRole('button', { name: /^\d+\. central/, pressed: true }).waitFor();
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		const { id } = on.lab.list()[0]!;
		await ended(on, id);
		await page.getByText(on.lab.of(id)!.result!.digest).waitFor();
		await page.getByText('sallyport lab run central --random-seed 1', { exact: true }).waitFor();
	});

	it('rehearses what is ordered by keys alone, with settings as they were typed', async () => {
		const { page } = on;
		await page.keyboard.press('g');
		await page.keyboard.press('b');
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('ttl');
		await page.getByText('Settings', { exact: true }).last().press('Enter');
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('200');
		await page.getByRole('spinbutton', { name: 'random seed' }).fill('7');
		await page.getByRole('combobox', { name: 'topology' }).selectOption('two-tier');
		await page.getByText('3 changed').waitFor();
		await page.getByRole('spinbutton', { name: 'runs' }).fill('2');
		await page.keyboard.press('Enter');
		const command = 'sallyport lab run ttl --nodes 200 --random-seed 7 --set runs=2 --set topology=two-tier';
		await page.getByText(command, { exact: true }).waitFor();
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
	});

	it('says the bound where somebody wants more, and what the node refuses', async () => {
		const { page } = on;
		await page.getByText('Settings', { exact: true }).last().click();
		await page.getByText('servents, at most 100,000').waitFor();
		const nodes = page.getByRole('spinbutton', { name: 'nodes' });
		await nodes.fill('10000000');
		await page.getByRole('button', { name: 'Run it', exact: true }).click();
		expect(await page.locator('input:invalid').count()).toBe(1);
		expect(on.lab.list()).toEqual([]);
		await page.evaluate("document.querySelector('form').noValidate = true");
		await page.getByRole('button', { name: 'Run it', exact: true }).click();
		await page.getByRole('alert').getByText('10000000 nodes; at most 100000').waitFor();
		expect(on.lab.list()).toEqual([]);
		on.window.errors.length = 0; // the order was answered 422
	});

	it('shows rows with and without defences side by side, and only those that are chosen', async () => {
		const { page } = on;
		await ended(on, start(on, attack));
		await visit(page, on.url, '/lab');
		const table = page.getByRole('table');
		await until(() => table.getByRole('rowheader').allInnerTexts()).toEqual([
			'nobody attacks',
			'attack, no defence',
			'attack, only push-diversion',
			'attack, only misbehaviour',
			'attack, only malformed-traffic',
			'attack, all defences',
		]);
		const plot = page.getByRole('img', { name: /^victim connects,/ });
		const bar = async (row: string): Promise<number> =>
			(await plot.locator('div', { hasText: row }).locator('[data-kind]').boundingBox())?.width ?? 0;
		expect(await bar('attack, all defences')).toBeLessThan((await bar('attack, no defence')) / 2);
		await page.getByRole('checkbox', { name: 'attack, only misbehaviour' }).uncheck();
		await page.getByRole('checkbox', { name: 'nobody attacks' }).uncheck();
		expect(await table.getByRole('rowheader').count()).toBe(4);
		expect(await plot.getByText('only misbehaviour').count()).toBe(0);
		await page.getByRole('checkbox', { name: 'nobody attacks' }).check();
		expect(await table.getByRole('rowheader').first().innerText()).toBe('nobody attacks');
	});

	it('compares two runs of a scenario, row by row, with what the one is to the other', async () => {
		const { page } = on;
		const few = { scenario: 'ttl', randomSeed: 7, nodes: 100, set: { runs: 1, origins: 2 } };
		for (const order of [few, { ...few, nodes: 200 }]) {
			const run = on.lab.start(order);
			if (isRefusal(run)) throw new Error(run.refused);
			await ended(on, run.id);
		}
		const ids = on.lab.list().map(({ id }) => id);
		await visit(page, on.url, '/lab');
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		await page.getByRole('combobox', { name: 'Compare with' }).selectOption(String(ids[0]));
		const cells = (row: string): Promise<string[]> =>
			page.getByRole('row', { name: row }).getByRole('cell').allInnerTexts();
		const measure = (await page.getByRole('columnheader').allInnerTexts()).indexOf('reach share') - 1;
		await until(() => page.getByRole('rowheader', { name: `TTL 2, run ${ids[0]}` }).count()).toBe(1);
		const [one, other] = [await cells(`TTL 2, run ${ids[1]}`), await cells(`TTL 2, run ${ids[0]}`)];
		const ratios = await page.getByRole('row', { name: 'the first to the second' }).allInnerTexts();
		expect(ratios).toHaveLength(11);
		expect(Number(one[measure])).toBeLessThan(Number(other[measure]));
		expect(ratios.join()).toContain('×');
		expect(ratios.join()).toContain('equal');
		await page.getByRole('combobox', { name: 'Compare with' }).selectOption('nothing');
		await until(() => page.getByRole('row', { name: 'the first to the second' }).count()).toBe(0);
	});

	it('stops a run, says that it is partial, and forgets it', async () => {
		const { page } = on;
		const id = start(on, endless);
		await visit(page, on.url, '/lab');
		await page.getByRole('progressbar').waitFor();
		await page.getByRole('button', { name: 'Stop' }).click();
		await page.getByText('Partial: rows or plays are missing.').waitFor();
		expect(on.lab.of(id)?.state).toBe('stopped');
		await page.getByRole('button', { name: `Close ${id}. dynamic-querying` }).click();
		await page.getByText('What the talk claimed, measured here').waitFor();
		expect(on.lab.list()).toEqual([]);
		on.window.errors.length = 0; // the page asks once more for the run that it has closed: 404
	});

	it('lets an overlay light up, message by message, and says the same in words and as a table', async () => {
		const { page } = on;
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('ttl');
		await page.getByRole('button', { name: 'Watch it' }).press('Enter');
		const watched = page.getByRole('region', { name: 'Message by message' });
		await watched.getByRole('combobox', { name: 'Row', exact: true }).selectOption('TTL 3');
		const picture = watched.getByRole('img', { name: /^The overlay, TTL 3\. 0 of 80 servents have heard/ });
		await picture.waitFor();
		const look = (): Promise<string> =>
			page.evaluate("document.querySelector('canvas').toDataURL()") as Promise<string>;
		const dark = await look();
		await watched.getByRole('button', { name: 'Step', exact: true }).press('Enter');
		await watched
			.getByText('1 of 80 servents have heard a query. 1 query message, 0 of them known')
			.first()
			.waitFor();
		expect(await look()).not.toBe(dark);
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

	it('moves nothing between moments for whoever wants less motion', async () => {
		const { page } = on;
		await page.emulateMedia({ reducedMotion: 'reduce' });
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('ttl');
		await page.getByRole('button', { name: 'Watch it' }).click();
		await page.getByRole('group', { name: 'Playing' }).waitFor();
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

	it('leads to the page of the scenario', async () => {
		const { page } = on;
		const opened = page.context().waitForEvent('page');
		await page.getByRole('link', { name: 'What it shows, and what was measured' }).click();
		const tab = await opened;
		await tab.getByText('$ sallyport lab run failures').first().waitFor();
		await tab.close();
	});
});

const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 390, height: 844 },
	{ scheme: 'light', width: 390, height: 844 },
	{ scheme: 'dark', width: 1280, height: 800 },
] as const;

const tooSmall = `[...document.querySelectorAll('button, a, select, summary, .mantine-Button-root, input:not([type=checkbox]), fieldset label')]
	.filter((target) => target.checkVisibility())
	.map((target) => ({ target, box: target.getBoundingClientRect() }))
	.filter(({ box }) => box.height > 0 && box.height < 43.5)
	.map(({ target, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.innerText)`;

describe.skipIf(skipped !== undefined).each(looks)('$scheme, $width pixels wide', (look) => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', {
		timeout: 180_000,
	}, async () => {
		const on = await labStage(look);
		const { page } = on;
		const check = async (where: string) => {
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(
				violations.map(({ id, nodes }) => `${where} ${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`),
			).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
			if (look.width < 640) expect(await page.evaluate(tooSmall)).toEqual([]);
		};
		await page.getByText('What the talk claimed, measured here').waitFor();
		await check('empty');
		await ended(on, start(on, attack));
		await visit(page, on.url, '/lab');
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		await page.getByText('Settings', { exact: true }).last().click();
		await check('done');
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('push-diversion');
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('40');
		await page.getByRole('button', { name: 'Watch it' }).click();
		await page.getByRole('button', { name: 'Step', exact: true }).click();
		await page.getByText('The same as a table').click();
		await page.getByRole('table', { name: 'attack, no defence' }).waitFor();
		await check('watched');
		expect(on.window.errors).toEqual([]);
		await on.close();
	});
});
