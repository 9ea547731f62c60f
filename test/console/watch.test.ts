/** The Watch page in Chromium, against the real API and real analyses of a capture that is made here. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RuleCount } from '../../src/node/api/watch-schemas.ts';
import type { Enforcing, Watching } from '../../src/node/api/watching.ts';
import { Analyses } from '../../src/watch/analysis/analyses.ts';
import { MemoryBackend, startMemoryApi } from '../node/memory-backend.ts';
import { officeCapture } from '../watch/office-capture.ts';
import { buildConsole, type Look, openWindow, skipped, until, visit, type Window } from './browser.ts';

const file = {
	name: 'office.pcap',
	mimeType: 'application/octet-stream',
	buffer: Buffer.from(officeCapture()),
};

interface Stage {
	readonly window: Window;
	readonly page: Page;
	readonly url: string;
	readonly analyses: Analyses;
	close(): Promise<void>;
}

/** A console without a node, as `watch --open` serves it. */
async function stage(look: Look = {}, enforcing?: Enforcing): Promise<Stage> {
	await buildConsole();
	const analyses = new Analyses();
	const watching: Watching = Object.assign(analyses, { enforcing });
	const status = new MemoryBackend().status();
	const standing = {
		status: () => ({ ...status, offers: ['watch'] as const, networks: [], now: Date.now() }),
	};
	const api = await startMemoryApi(standing, { watching });
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/watch`);
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		analyses,
		async close() {
			await window.close();
			await api.close();
			await analyses.close();
		},
	};
}

async function openCapture({ page }: Stage): Promise<void> {
	await page.locator('input[type=file]').setInputFiles(file);
	await page.getByRole('grid', { name: 'Flows' }).getByText('192.0.2.10').waitFor();
}

describe.skipIf(skipped !== undefined)('the Watch page', () => {
	let on: Stage;

	beforeAll(async () => {
		on = await stage();
	});
	afterAll(() => on?.close());
	beforeEach(async () => {
		await on.page.goto('about:blank');
		for (const { id } of await on.analyses.list()) await on.analyses.remove(id);
		await visit(on.page, on.url, '/watch');
		await on.page.getByText('Drop a capture here, or open one.').waitFor();
	});
	afterEach(() => {
		expect(on.window.errors).toEqual([]);
	});

	const rows = () => on.page.getByRole('grid', { name: 'Flows' }).locator('tbody tr');

	it('is what a console without a node is for, and says how a capture comes here', async () => {
		const { page } = on;
		await page.getByText('sallyport watch office.pcap --open').waitFor();
		await page.getByText('watching only').waitFor();
		expect(
			await page.getByRole('navigation').locator('visible=true').getByRole('link').allInnerTexts(),
		).toEqual(['Watch', 'Settings']);
		await visit(page, on.url, '/transfers');
		await page.getByText('Drop a capture here, or open one.').waitFor();
		// Until the status is there, the page that was asked for asks for a list, and there is none.
		on.window.errors.length = 0;
	});

	it('analyses a capture that is opened, and one that is dropped on it', async () => {
		const { page } = on;
		await openCapture(on);
		await page.getByText('3 (43%)').waitFor();
		await until(() => rows().count()).toBe(7);
		const data = await page.evaluateHandle(
			`(() => {
				const transfer = new DataTransfer();
				const bytes = Uint8Array.from(atob('${file.buffer.toString('base64')}'), (letter) => letter.charCodeAt(0));
				transfer.items.add(new File([bytes], 'dropped.pcap'));
				return transfer;
			})()`,
		);
		await page.dispatchEvent('main', 'dragover', { dataTransfer: data });
		await page.getByText('Drop the capture here to analyse it').waitFor();
		await page.dispatchEvent('main', 'drop', { dataTransfer: data });
		await page.getByRole('button', { name: 'dropped.pcap read', pressed: true }).waitFor();
		await page.getByRole('button', { name: 'Close dropped.pcap' }).click();
		await page.getByRole('button', { name: /^office.pcap/, pressed: true }).waitFor();
		expect(await on.analyses.list()).toHaveLength(1);
	});

	it('says why a file is no capture', async () => {
		await on.page.locator('input[type=file]').setInputFiles({
			name: 'letter.txt',
			mimeType: 'text/plain',
			buffer: Buffer.from('Dear Sir or Madam'),
		});
		await on.page.getByText('This is no packet capture that can be read').waitFor();
	});

	it('narrows everything by a click on a network, and not by it', async () => {
		const { page } = on;
		await openCapture(on);
		await page.getByRole('button', { name: 'Only gnutella' }).click();
		await until(() => rows().count()).toBe(2);
		expect(await page.getByRole('textbox', { name: 'Filter' }).inputValue()).toBe('network=gnutella');
		await page.getByRole('button', { name: 'not gnutella' }).click();
		await until(() => rows().count()).toBe(5);
		expect(page.url()).toContain('-network%3Dgnutella');
		await page.getByRole('textbox', { name: 'Filter' }).fill('host:10.0.0.9');
		await until(() => rows().count()).toBe(1);
		await page.getByRole('grid').getByText('edonkey', { exact: true }).waitFor();
	});

	it('narrows everything by a part of the chart, by a click, and by its table', async () => {
		const { page } = on;
		await openCapture(on);
		const box = (await page
			.getByRole('img', { name: /Traffic over/ })
			.locator('.u-over')
			.boundingBox())!;
		const at = (part: number) => box.x + box.width * part;
		const middle = box.y + box.height / 2;
		await page.mouse.move(at(0.55), middle);
		await page.mouse.down();
		await page.mouse.move(at(0.75), middle, { steps: 4 });
		await page.mouse.up();
		await until(() => rows().count()).toBe(1);
		await page.getByRole('button', { name: 'All of the time' }).click();
		await until(() => rows().count()).toBe(7);
		await page.mouse.click(at(0.005), middle);
		await until(() => rows().count()).toBe(1);
		await page.getByRole('grid').getByText('192.0.2.10').waitFor();
		await page.getByRole('button', { name: 'All of the time' }).click();
		await page.getByRole('group', { name: 'Traffic over time' }).getByText('Table').click();
		const steps = page.getByRole('region', { name: 'Traffic over time' }).getByRole('button');
		await steps.last().click();
		await until(() => rows().count()).toBeLessThan(7);
	});

	it('shows of a flow the bytes that decided', async () => {
		const { page } = on;
		await openCapture(on);
		await rows().filter({ hasText: '192.0.2.10' }).click();
		await page.getByText('handshake "GNUTELLA CONNECT/0.6": bytes 0 to 19').last().waitFor();
		await until(() => page.locator('mark').allInnerTexts()).toEqual([
			'47 4e 55 54 45 4c 4c 41 20 43 4f 4e 4e 45 43 54',
			'2f 30 2e 36',
		]);
		await page.getByText(/^1:.{27}=$/).waitFor();
		await page.getByRole('button', { name: 'Only 10.0.0.7' }).click();
		await until(() => rows().count()).toBe(3);
	});

	it('acts on flows by keys, as on any list', async () => {
		const { page } = on;
		await openCapture(on);
		await rows().filter({ hasText: 'edonkey' }).click();
		await page.keyboard.press('h');
		await until(() => page.url()).toContain('host%3D10.0.0.9');
		await until(() => rows().count()).toBe(1);
	});

	it('ranks hosts with the reasons, and a host is a filter', async () => {
		const { page } = on;
		await openCapture(on);
		await page.getByRole('group', { name: 'View' }).getByText('Hosts').click();
		const first = page.getByRole('row', { name: /10\.0\.0\.7/ });
		await first.getByText('gnutella 2').waitFor();
		await first.getByText('payload 2').waitFor();
		await page.getByRole('group', { name: 'Ranked by' }).getByText('behaviour').click();
		await until(() => page.url()).toContain('rank=score');
		await page.getByRole('button', { name: '10.0.0.9' }).click();
		await until(() => page.getByRole('row').count()).toBe(3);
	});

	it('tries a policy: faults have their lines, rules their flows, records their rules', async () => {
		const { page } = on;
		await openCapture(on);
		await page.getByRole('group', { name: 'View' }).getByText('Policy').click();
		const editor = page.getByRole('textbox', { name: 'Policy (YAML)' });
		await editor.fill(
			'rules:\n  - name: slow peers\n    match: { network: gnutela }\n    action: throttle\n',
		);
		await page.getByRole('button', { name: 'Try it' }).click();
		const alert = page.getByRole('alert');
		await alert.getByText('line 3').waitFor();
		await alert.getByText(/gnutela/).waitFor();
		await alert.getByText('line 3').click();
		expect(await page.evaluate('getSelection().toString()')).toBe('    match: { network: gnutela }');
		await editor.fill(
			'rules:\n  - name: slow peers\n    match: { network: gnutella }\n    action: throttle\n    rate: 256kbit\n' +
				'  - name: nobody\n    match: { host: 192.0.2.99 }\n    action: block\n',
		);
		await editor.press('Control+Enter');
		const rule = page.getByRole('row', { name: /slow peers throttle to 256/ });
		await rule.getByText('2', { exact: true }).waitFor();
		await page.getByRole('row', { name: /nobody block no flow/ }).waitFor();
		await page.getByText('Tried on 7 flows.').waitFor();
		await rule.getByRole('button').click();
		await until(() => rows().count()).toBe(2);
		expect(await page.getByRole('textbox', { name: 'Filter' }).inputValue()).toBe('rule="slow peers"');
		await rows().first().getByRole('button', { name: 'slow peers' }).click();
		await page.locator('tr[aria-current]').getByText('slow peers').waitFor();
		await until(() => page.evaluate('getSelection().toString()')).toBe('  - name: slow peers');
	});
});

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
		await visit(page, on.url, '/watch');
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
		expect((await new AxeBuilder({ page }).analyze()).violations.map(({ id }) => id)).toEqual([]);
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

const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 1280, height: 800 },
	{ scheme: 'light', width: 390, height: 844 },
	{ scheme: 'dark', width: 390, height: 844 },
] as const;

const tooSmall = `[...document.querySelectorAll('button, a, select')]
	.filter((target) => target.checkVisibility() && target.closest('thead') === null)
	.map((target) => ({ target, box: target.getBoundingClientRect() }))
	.filter(({ box }) => box.height > 0 && box.height < 43.5)
	.map(({ target, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.innerText)`;

describe.skipIf(skipped !== undefined).each(looks)('$scheme, $width pixels wide', (look) => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', async () => {
		const on = await stage(look);
		const { page } = on;
		const check = async (where: string) => {
			const { violations } = await new AxeBuilder({ page }).analyze();
			expect(
				violations.map(({ id, nodes }) => `${where} ${id}: ${nodes.map(({ html }) => html.slice(0, 160))}`),
			).toEqual([]);
			expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(look.width);
			if (look.width < 640) expect(await page.evaluate(tooSmall)).toEqual([]);
		};
		await visit(page, on.url, '/watch');
		await page.getByText('Drop a capture here, or open one.').waitFor();
		await check('empty');
		await openCapture(on);
		await page.getByRole('grid').locator('tbody tr').first().click();
		await page.getByText(/^1:.{27}=$/).waitFor();
		await check('flows');
		await visit(page, on.url, '/watch?view=hosts&chart=table&filter=network%3Dgnutella');
		await page.getByRole('row', { name: /10\.0\.0\.7/ }).waitFor();
		await check('hosts');
		await visit(page, on.url, '/watch?view=policy');
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
