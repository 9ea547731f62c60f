/** The Lab page in Chromium, against the real API and real runs. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { leave, skipped, until, visit } from './browser.ts';
import { type LabStage, labStage } from './lab-stage.ts';
import { crossLooks, looksRightIn, phone, violations } from './looks.ts';

const attack = {
	scenario: 'push-diversion',
	randomSeed: 7,
	nodes: 30,
	set: { seconds: 10, searches: 3, runs: 1 },
};
/** Rows, bars and a table as well, and next to nothing to play. */
const small = { scenario: 'oversharing', randomSeed: 7, nodes: 20, set: { runs: 2 } };
/** A hundred times what a test waits for. */
const endless = {
	scenario: 'dynamic-querying',
	randomSeed: 1,
	nodes: 3000,
	set: { runs: 20, searches: 300 },
};

function start(on: LabStage, order: typeof attack | typeof endless | typeof small): number {
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
		await leave(on.page, on.url);
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

	it('draws a day as lines over its hours', async () => {
		const { page } = on;
		const order = { scenario: 'bandwidth', randomSeed: 1, nodes: 200, set: { runs: 1 } };
		const run = on.lab.start(order);
		if (isRefusal(run)) throw new Error(run.refused);
		await ended(on, run.id);
		// The page may have asked last while the run was under way, with some of its hours.
		await page.getByText(on.lab.of(run.id)!.result!.digest).waitFor();
		const lines = page.getByRole('img', { name: /^upload megabytes per second by hour/ });
		await lines.waitFor();
		const points = await lines
			.locator('polyline')
			.evaluateAll((drawn) => drawn.map((line) => (line.getAttribute('points') ?? '').split(' ').length));
		expect(points).toEqual([24, 24]);
		expect(await violations(page)).toEqual([]);
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
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		await page.getByRole('combobox', { name: 'Compare with' }).selectOption(String(ids[0]));
		const cells = (row: string): Promise<string[]> =>
			page.getByRole('row', { name: row }).getByRole('cell').allInnerTexts();
		const measure = (await page.getByRole('columnheader').allInnerTexts()).indexOf('reach share') - 1;
		// The page may have asked last while the second run was under way, with some of its rows.
		await until(() => page.getByRole('row', { name: 'the first to the second' }).count()).toBe(11);
		const [one, other] = [await cells(`TTL 2, run ${ids[1]}`), await cells(`TTL 2, run ${ids[0]}`)];
		const ratios = await page.getByRole('row', { name: 'the first to the second' }).allInnerTexts();
		expect(Number(one[measure])).toBeLessThan(Number(other[measure]));
		expect(ratios.join()).toContain('×');
		expect(ratios.join()).toContain('equal');
		await page.getByRole('combobox', { name: 'Compare with' }).selectOption('nothing');
		await until(() => page.getByRole('row', { name: 'the first to the second' }).count()).toBe(0);
	});

	it('stops a run, says that it is partial, and forgets it', async () => {
		const { page } = on;
		const id = start(on, endless);
		await page.getByRole('progressbar').waitFor();
		await page.getByRole('button', { name: 'Stop' }).click();
		await page.getByText('Partial: rows or plays are missing.').waitFor();
		expect(on.lab.of(id)?.state).toBe('stopped');
		await page.getByRole('button', { name: `Close ${id}. dynamic-querying` }).click();
		await page.getByText('What the talk claimed, measured here').waitFor();
		expect(on.lab.list()).toEqual([]);
		on.window.errors.length = 0; // the page asks once more for the run that it has closed: 404
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

describe.skipIf(skipped !== undefined)('in both themes, wide and on a phone', () => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', async () => {
		const on = await labStage(phone);
		const { page } = on;
		const check = (where: string) => looksRightIn(page, where, crossLooks);
		await page.getByText('What the talk claimed, measured here').waitFor();
		await check('empty');
		await ended(on, start(on, small));
		await page.getByRole('heading', { name: 'Side by side' }).waitFor();
		await page.getByRole('combobox', { name: 'Scenario' }).selectOption('push-diversion');
		await page.getByText('Settings', { exact: true }).last().click();
		await check('done');
		await page.getByRole('spinbutton', { name: 'nodes' }).fill('24');
		await page.getByRole('spinbutton', { name: 'seconds' }).fill('5');
		await page.getByRole('button', { name: 'Watch it' }).click();
		await page.getByRole('button', { name: 'Step', exact: true }).click();
		await page.getByText('The same as a table').click();
		await page.getByRole('table', { name: 'attack, no defence' }).waitFor();
		await check('watched');
		expect(on.window.errors).toEqual([]);
		await on.close();
	});
});
