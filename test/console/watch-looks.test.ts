/** The Watch page where rules are enforced, and as axe and a thumb meet it. */
import { describe, expect, it } from 'vitest';
import type { RuleCount } from '../../src/node/api/watch-schemas.ts';
import type { Enforcing } from '../../src/node/api/watching.ts';
import { go, skipped } from './browser.ts';
import { crossLooks, looksRightIn, phone, violations } from './looks.ts';
import { openCapture, stage } from './watch-stage.ts';

/** Rules that are only written down. */
class Notebook implements Enforcing {
	readonly orders: unknown[] = [];
	rows: RuleCount[] = [
		{
			...{
				rule: 'for a while',
				action: 'block',
				orders: 3,
				live: 1,
				packets: 144,
				bytes: 88_000,
				lastUse: 1,
			},
			until: Date.now() + 421_000,
		},
		{ rule: 'slow peers', action: 'throttle', rateBits: 256_000, orders: 0, live: 0, packets: 0, bytes: 0 },
	];

	rules(): RuleCount[] {
		return this.rows;
	}

	order(...order: unknown[]): string | { refused: string } {
		this.orders.push(order);
		return this.orders.length === 1 ? 'block host 10.0.0.9' : { refused: 'watch.analysis.many' };
	}

	end(name: string): boolean {
		const before = this.rows.length;
		this.rows = this.rows.filter(({ rule }) => rule !== name);
		return this.rows.length < before;
	}
}

describe.skipIf(skipped !== undefined)('where rules are enforced', () => {
	it('they are shown with hits, last use and a countdown; temporary ones are made and ended', async () => {
		const notebook = new Notebook();
		const on = await stage({}, notebook);
		const { page } = on;
		const temporary = page.getByRole('row', {
			name: /for a while block 1 of 3 144 packets, 88 kB .* 7 mins/,
		});
		await temporary.waitFor();
		await page.getByRole('row', { name: /slow peers throttle .* 0 of 0 0 packets, 0 bytes never/ }).waitFor();
		await temporary.getByRole('button', { name: 'End for a while' }).click();
		await temporary.waitFor({ state: 'detached' });
		await openCapture(on);
		await page
			.getByRole('grid', { name: 'Flows' })
			.getByRole('row', { name: /edonkey/ })
			.click();
		await page.getByRole('combobox', { name: 'What' }).selectOption('10.0.0.9');
		await page.getByRole('combobox', { name: 'For' }).selectOption('3600');
		await page.getByRole('button', { name: 'Do it' }).click();
		await page.getByText('It holds: block host 10.0.0.9').waitFor();
		await page.getByRole('combobox', { name: 'What' }).selectOption('flow');
		await page.getByRole('combobox', { name: 'How' }).selectOption('1000000');
		expect(await violations(page)).toEqual([]);
		await page.getByRole('button', { name: 'Do it' }).click();
		await page.getByText('Three captures are analysed already').waitFor();
		const [source, destination] = ['10.0.0.9', '198.51.100.4'];
		expect(notebook.orders).toEqual([
			[{ host: source }, { action: 'block' }, 3600],
			[
				{ flow: { source, sourcePort: 40_003, destination, destinationPort: 4661, protocol: 'tcp' } },
				{ action: 'throttle', rateBits: 1_000_000 },
				3600,
			],
		]);
		on.window.errors.length = 0; // the refused order was answered 409
		await on.close();
	});
});

describe.skipIf(skipped !== undefined)('in both themes, wide and on a phone', () => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', async () => {
		const on = await stage(phone);
		const { page } = on;
		const check = (where: string) => looksRightIn(page, where, crossLooks);
		await page.getByText('Drop a capture here, or open one.').waitFor();
		await check('empty');
		await openCapture(on);
		await page.getByRole('grid').locator('tbody tr').first().click();
		await page.getByText(/^1:.{27}=$/).waitFor();
		// The chart comes by itself, and with it the heading that those of a flow stand under.
		await page.getByRole('heading', { name: 'Traffic over time' }).waitFor();
		await check('flows');
		await go(page, '/watch?view=hosts&chart=table&filter=network%3Dgnutella');
		await page.getByRole('row', { name: /10\.0\.0\.7/ }).waitFor();
		await check('hosts');
		await go(page, '/watch?view=policy');
		await page.getByRole('button', { name: 'Try it' }).click();
		await page.getByText('Tried on 7 flows.').waitFor();
		await page.getByRole('textbox', { name: 'Policy (YAML)' }).fill('rules: 5');
		await page.getByRole('button', { name: 'Try it' }).click();
		await page.getByRole('alert').waitFor();
		await check('policy');
		expect(on.window.errors).toEqual([]);
		await on.close();
	});
});
