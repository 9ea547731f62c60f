/** The Watch page in Chromium, against the real API and real analyses of a capture that is made here. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { leave, skipped, until, visit } from './browser.ts';
import { file, openCapture, type Stage, stage } from './watch-stage.ts';

describe.skipIf(skipped !== undefined)('the Watch page', () => {
	let on: Stage;

	beforeAll(async () => {
		on = await stage();
	});
	afterAll(() => on?.close());
	beforeEach(async () => {
		await leave(on.page, on.url);
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

	it('is shown for a page that is not here, also where the first stream came to nothing', async () => {
		const { page } = on;
		await leave(page, on.url);
		// The next one asks for a list that this console does not have.
		await page.route(/\/live\?$/, (route) => route.abort(), { times: 1 });
		await visit(page, on.url, '/transfers');
		await page.getByText('Drop a capture here, or open one.').waitFor();
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

	it('keeps what was clicked where it is drawn late', async () => {
		const { page } = on;
		await openCapture(on);
		await page.evaluate(
			`went = []; addEventListener('hashchange', () => went.push(new URLSearchParams(location.hash.split('?')[1]).get('filter')))`,
		);
		const tools = await page.context().newCDPSession(page);
		await tools.send('Emulation.setCPUThrottlingRate', { rate: 25 });
		const [only, not] = [
			page.getByRole('button', { name: 'Only gnutella' }),
			page.getByRole('button', { name: 'not gnutella' }),
		];
		const clicks = [
			[only, 'network=gnutella'],
			[only, null],
			[only, 'network=gnutella'],
			[not, '-network=gnutella'],
		] as const;
		try {
			for (const [button, filter] of clicks) {
				await button.dispatchEvent('click');
				await until(() => page.getByRole('textbox', { name: 'Filter' }).inputValue()).toBe(filter ?? '');
			}
		} finally {
			await tools.send('Emulation.setCPUThrottlingRate', { rate: 1 });
		}
		await until(() => rows().count()).toBe(5);
		expect(await page.evaluate('went')).toEqual(clicks.map(([, filter]) => filter));
	});

	it('narrows everything by a part of the chart, by a click, and by its table', async () => {
		const { page } = on;
		await openCapture(on);
		const over = page.getByRole('img', { name: /Traffic over/ }).locator('.u-over');
		// It has no box until it is drawn.
		await until(() => over.boundingBox()).not.toBeNull();
		const box = (await over.boundingBox())!;
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
