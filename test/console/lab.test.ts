/** The Lab page in Chromium, against the real API and a real rehearsal. */
import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { skipped, until, visit } from './browser.ts';
import { type LabStage, labStage } from './lab-stage.ts';

describe.skipIf(skipped !== undefined)('the Lab page', () => {
	let on: LabStage;

	beforeAll(async () => {
		on = await labStage();
	});
	afterAll(() => on?.close());
	afterEach(() => {
		expect(on.window.errors).toEqual([]);
	});

	it('runs a scenario that is ordered, and shows its measures and its digest', async () => {
		const { page } = on;
		await visit(page, on.url, '/lab');
		await page.getByRole('heading', { name: 'What the talk claimed, measured here' }).waitFor();
		await page.getByRole('button', { name: 'Run it: failures' }).click();
		await page.getByText('giant component').first().waitFor();
		await until(async () => on.lab.list()[0]?.state).toBe('done');
		const run = on.lab.of(1);
		expect(run).toMatchObject({ scenario: 'failures', result: { scenario: 'failures' } });
		await page.getByText(run!.result!.digest, { exact: true }).waitFor();
	});

	it('has nothing that axe finds', async () => {
		const { violations } = await new AxeBuilder({ page: on.page }).analyze();
		expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
	});
});
