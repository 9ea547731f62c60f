/** A folder is shared after its owner has seen what that would share, and any path is explained. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildConsole, openWindow, skipped, until, visit, type Window } from './browser.ts';
import { type FakeApi, startFakeApi } from './fake-api.ts';
import { violations } from './looks.ts';

const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 390, height: 844 },
] as const;

describe.skipIf(skipped !== undefined).each(looks)('sharing, $scheme, $width pixels wide', (look) => {
	let window: Window;
	let api: FakeApi;

	beforeAll(async () => {
		await buildConsole();
		[window, api] = await Promise.all([openWindow(look), startFakeApi()]);
	});
	afterAll(async () => {
		await window.close();
		await api.close();
	});
	beforeEach(async () => {
		api.renew();
		await visit(window.page, api.url, '/library');
	});
	afterEach(() => {
		expect(window.errors).toEqual([]);
	});

	const dialog = () => window.page.getByRole('dialog', { name: 'Share a folder' });
	const field = () => dialog().getByLabel('Folder on the computer that runs the node');
	const share = () => dialog().getByRole('button', { name: 'Share this folder' });

	async function lookAt(path: string): Promise<void> {
		await window.page.getByRole('button', { name: 'Add folder' }).click();
		await field().fill(path);
		await dialog().getByRole('button', { name: 'Show what it would share' }).click();
	}

	it('shows first what would be shared, what not, what is surprising, and who will see it', async () => {
		await lookAt('/srv/music');
		await dialog().getByRole('heading', { name: '/srv/music' }).waitFor();
		await dialog().getByText('1,214 files, 53.1 GB').waitFor();
		await dialog().getByText('19 entries').waitFor();
		const reasons = dialog().getByRole('listitem');
		expect(await reasons.allInnerTexts()).toEqual(['hidden 14', 'symbolic link 3', 'A key or keyring 2']);
		const rows = dialog()
			.getByRole('table', { name: 'Would you expect these to be shared?' })
			.locator('tbody tr');
		expect(await rows.count()).toBe(10);
		expect(await rows.first().innerText()).toMatch(
			/passwords 2019\.txt\s+its name speaks of passwords\s+2\.1 kB/,
		);
		await dialog()
			.getByText(/visible to the practice neighbours on this machine/)
			.waitFor();
		expect(api.node.commands).toEqual([]);
		expect(await violations(window.page)).toEqual([]);
		const wide =
			'[...document.querySelectorAll("[role=dialog] *")].map((one) => one.getBoundingClientRect().right)';
		expect(Math.max(...((await window.page.evaluate(wide)) as number[]))).toBeLessThanOrEqual(look.width);
	});

	it('shares it by a second click, under the path that was shown', async () => {
		await lookAt('/srv/link');
		await share().click();
		await dialog().waitFor({ state: 'detached' });
		await window.page.getByText('/srv/music', { exact: true }).waitFor();
		expect(api.node.commands).toEqual(['POST folders']);
		expect(api.node.folders.at(-1)?.path).toBe('/srv/music');
	});

	it('shares nothing by Enter pressed twice, nor by closing the preview', async () => {
		await window.page.getByRole('button', { name: 'Add folder' }).click();
		await field().fill('/srv/tidy');
		await field().press('Enter');
		await dialog().getByText('No file in it stands out').waitFor();
		await until(() => window.page.evaluate('document.activeElement.textContent')).toBe('/srv/tidy');
		await window.page.keyboard.press('Enter');
		await window.page.keyboard.press('Escape');
		await dialog().waitFor({ state: 'detached' });
		await lookAt('/srv/tidy');
		await dialog().getByRole('button', { name: 'Cancel' }).click();
		await dialog().waitFor({ state: 'detached' });
		expect(api.node.commands).toEqual([]);
	});

	it('is done with the keyboard alone', async () => {
		const { page } = window;
		await page.getByText('/home/you/Share/talks').first().waitFor();
		await page.keyboard.press('a');
		await dialog().locator('input:focus').waitFor();
		await page.keyboard.type('/srv/tidy');
		await page.keyboard.press('Enter');
		await share().waitFor();
		for (let presses = 0; presses < 3; presses++) await page.keyboard.press('Tab');
		await page.keyboard.press('Enter');
		await dialog().waitFor({ state: 'detached' });
		expect(api.node.commands).toEqual(['POST folders']);
	});

	it('behind the guard it is agreed to on the terminal, and then goes on', async () => {
		await lookAt('/srv/unseen/no');
		await dialog().getByText('This node stands behind the guard', { exact: false }).waitFor();
		expect(await violations(window.page)).toEqual([]);
		await dialog().getByRole('button', { name: 'Ask in the terminal' }).click();
		await dialog().getByRole('alert').getByText('On the terminal the answer was no.').waitFor();
		await dialog().getByRole('button', { name: 'Another folder' }).click();
		await field().fill('/srv/unseen/yes');
		await dialog().getByRole('button', { name: 'Show what it would share' }).click();
		await dialog().getByRole('button', { name: 'Ask in the terminal' }).click();
		await share().waitFor();
		expect(api.node.folders.some(({ path }) => path.startsWith('/srv/unseen'))).toBe(false);
		window.errors.length = 0; // refusals were answered 409
	});

	it('says why a folder is not taken, and lets another be named', async () => {
		await lookAt('/home/you');
		await dialog().getByRole('alert').getByText('This is your home folder').waitFor();
		expect(await share().count()).toBe(0);
		await field().fill('/srv/tidy');
		await dialog().getByRole('button', { name: 'Show what it would share' }).click();
		await share().waitFor();
		await dialog().getByRole('button', { name: 'Another folder' }).click();
		await until(() => field().inputValue()).toBe('/srv/tidy');
		expect(api.node.commands).toEqual([]);
		expect(window.errors.splice(0).every((error) => error.includes('409'))).toBe(true);
	});

	it('explains whether a path is shared, why not, and what to do', async () => {
		const section = window.page.getByRole('region', { name: 'Is a file shared?' });
		const status = section.getByRole('status');
		await section.getByLabel('Path of a file or folder').fill('/home/you/Share/talks/.drafts');
		await section.getByRole('button', { name: 'Ask' }).click();
		await status.getByText('Not shared', { exact: true }).waitFor();
		await status.getByText('/home/you/Share/talks/.drafts').waitFor();
		await status.getByText(/^Names that begin with a dot/).waitFor();
		await status.getByText('Take the dot from the beginning of the name.').waitFor();
		await section.getByLabel('Path of a file or folder').fill('/home/you/Share/talks/wall.pdf');
		await section.getByLabel('Path of a file or folder').press('Enter');
		await status.getByText('Shared', { exact: true }).waitFor();
		await status.getByText('It is shared as "wall.pdf".').waitFor();
	});
});
