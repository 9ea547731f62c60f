/** What somebody does with eDonkey in the console, on a real node among real neighbours: stand, search, fetch, link, add. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningNode, removeFolders, startNode, temporaryFolder } from '../cli/sallyport.ts';
import { buildConsole, go, openWindow, skipped, until, type Window } from './browser.ts';

describe.skipIf(skipped !== undefined)('eDonkey in the console', () => {
	let node: RunningNode;
	let window: Window;

	beforeAll(async () => {
		await buildConsole();
		const share = join(temporaryFolder(), 'share');
		mkdirSync(share);
		writeFileSync(join(share, 'my own | lecture.txt'), 'a lecture of mine\n'.repeat(1000));
		const words = ['start', '--port', '0', '--home', join(temporaryFolder(), 'home'), '--share', share];
		// One after the other: what has begun is ended, also where the next one fails.
		node = await startNode(words);
		window = await openWindow();
		await window.context.grantPermissions(['clipboard-read', 'clipboard-write']);
		await window.page.goto(node.console);
	}, 120_000);
	afterAll(async () => {
		await window?.close();
		await node?.stop();
		removeFolders();
	});

	const copied = () => window.page.evaluate('navigator.clipboard.readText()') as Promise<string>;

	it('the Network page says to which server, with which id, and where it listens', async () => {
		const { page } = window;
		await go(page, '/network');
		const section = page.getByRole('region', { name: 'eDonkey: Reachable' });
		await section.getByText('Connected to 1 server. You have a HighID: others can reach you.').waitFor();
		await section.getByText(/Connected to the server 127\.[\d.]+:\d+.* with a HighID/).waitFor();
		await page.getByRole('region', { name: /^Gnutella: / }).waitFor();
		await page
			.getByText(/^eDonkey, dialled by us/)
			.first()
			.waitFor();
		await page.getByRole('button', { name: 'Table' }).click();
		await page.getByRole('cell', { name: 'client of a server' }).first().waitFor();
	});

	it('a search shows in which network a file was found, and its link can be copied and fetched', async () => {
		const { page } = window;
		await go(page, '/search');
		await page.getByRole('textbox', { name: /Search the network/ }).fill('donkey gate');
		await page.keyboard.press('Enter');
		const row = page.getByRole('row').filter({ hasText: 'a donkey at the gate.jpg' }).first();
		await row.getByText('eDonkey', { exact: true }).waitFor();
		await row.click({ button: 'right' });
		await page.getByRole('menuitem', { name: 'Copy ed2k link' }).click();
		await until(copied).toMatch(
			/^ed2k:\/\/\|file\|Sally%20port%2C%20a%20donkey%20at%20the%20gate\.jpg\|460032\|[0-9A-F]{32}\|\/$/,
		);
		await go(page, '/search');
		await page.getByRole('textbox', { name: /Search the network/ }).fill(await copied());
		await page.getByRole('button', { name: 'Get', exact: true }).click();
		await page.getByRole('heading', { name: 'Transfers' }).waitFor();
		const transfer = page.getByRole('row').filter({ hasText: 'a donkey at the gate.jpg' });
		await transfer.getByText('100%').waitFor();
		await transfer.getByRole('button', { name: /^Details of/ }).click();
		await page
			.getByRole('cell', { name: /:\d+ eDonkey/ })
			.first()
			.waitFor();
		expect(await page.getByText(/^urn:tree:tiger:[0-9a-f]{32}$/).count()).toBe(0);
	});

	it('takes a link as long as they are, to its last letter', async () => {
		const { page } = window;
		const parts = Array.from({ length: 60 }, (_, i) => i.toString(16).padStart(32, '0')).join(':');
		const link = `ed2k://|file|${'long '.repeat(30)}.iso|583680000|${'0'.repeat(32)}|p=${parts}|/`;
		await go(page, '/search');
		await page.getByRole('textbox', { name: /Search the network/ }).fill(link);
		await page.getByRole('button', { name: 'Get', exact: true }).click();
		await page.getByText('The hashes of the parts in this link are not those of its file.').waitFor();
		window.errors.length = 0; // it was answered 400
	});

	it('one’s own file is given to others by a link that nothing in its name breaks', async () => {
		const { page } = window;
		await go(page, '/library');
		const row = page.getByRole('row').filter({ hasText: 'my own | lecture.txt' });
		await row.getByText('hashed').waitFor();
		await row.click({ button: 'right' });
		await page.getByRole('menuitem', { name: 'Copy ed2k link' }).click();
		await until(copied).toMatch(/^ed2k:\/\/\|file\|my%20own%20%7C%20lecture\.txt\|18000\|[0-9A-F]{32}\|\/$/);
		await row.click({ button: 'right' });
		await page.getByRole('menuitem', { name: 'Copy magnet link' }).click();
		await until(copied).toMatch(/^magnet:\?xt=urn:sha1:[A-Z2-7]{32}&xt=urn:ed2k:[0-9a-f]{32}&dn=my%20own/);
	});

	it('a link to a server adds it, and the form asks whether a peer or a server is meant', async () => {
		const { page } = window;
		const known = () => page.getByRole('region', { name: /^eDonkey: / }).innerText();
		await go(page, '/search');
		await page.getByRole('textbox', { name: /Search the network/ }).fill('ed2k://|server|127.0.0.88|4661|/');
		await page.getByRole('button', { name: 'Get', exact: true }).click();
		await page.getByText('127.0.0.88:4661 is among the servers of eDonkey now').waitFor();
		await page.getByRole('heading', { name: 'Network' }).waitFor();
		await until(known).toMatch(/Servers known\s+2/);
		await page.getByRole('button', { name: 'Connect to a peer' }).click();
		await page.getByRole('button', { name: 'a server of eDonkey' }).click();
		await page.getByRole('textbox', { name: 'Address and port' }).fill('127.0.0.89:4661');
		await page.keyboard.press('Enter');
		await until(known).toMatch(/Servers known\s+3/);
		expect(window.errors).toEqual([]);
	});
});
