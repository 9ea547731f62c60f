/** The Guard page in Chromium, against the real API and the real ledger. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { go, skipped, until, visit } from './browser.ts';
import { type GuardStage, guardStage } from './guard-stage.ts';
import { crossLooks, looksRightIn, phone } from './looks.ts';

describe.skipIf(skipped !== undefined)('the Guard page', () => {
	let on: GuardStage;
	let last = 0;
	const ask = (act: string): number => {
		on.ask(++last, act);
		return last;
	};

	beforeAll(async () => {
		on = await guardStage();
		on.busy();
		await on.page.getByText('amuled --log-stdout').waitFor();
	});
	afterAll(() => on?.close());
	afterEach(() => {
		// What was answered is taken away, as after a while.
		on.late();
		on.late();
		expect(on.window.errors).toEqual([]);
	});

	it('a question is answered once, and its card says so in its place', async () => {
		const { page, replies } = on;
		const id = ask('out tcp 192.0.2.9:80');
		await page.getByRole('heading', { name: 'amuled wants to reach 192.0.2.9, port 80, by TCP' }).waitFor();
		expect(await page.getByRole('alert').innerText()).toContain('wants to reach 192.0.2.9');
		await page.getByText(/asked by rule amuled\.yaml:14/).waitFor();
		await page.getByText(/ s left, then the answer is no, this once/).waitFor();
		await page.getByRole('button', { name: /^Allow once:/ }).click();
		await until(() => replies.get(id)).toBe('once');
		await page.getByText('Allowed, once.').waitFor();
	});

	it.each([
		['Deny', 'no'],
		['Deny for this run', 'never'],
		['Allow for this run', 'session'],
	] as const)('%s', async (name, reply) => {
		const id = ask('read /etc/hostname');
		await on.page.getByRole('button', { name: new RegExp(`^${name}:`) }).click();
		await until(() => on.replies.get(id)).toBe(reply);
	});

	it('"always" shows the rule and its file before anything is written', async () => {
		const { page, replies } = on;
		const id = ask('out tcp 192.0.2.9:80');
		await page.getByRole('button', { name: /^Always allow…:/ }).click();
		await page.getByText('- { out: "192.0.2.9", ports: 80, protocol: tcp }').waitFor();
		await page.getByText('into /home/me/.config/sallyport/guard/amuled.yaml').waitFor();
		expect(replies.has(id)).toBe(false);
		await page.getByRole('button', { name: 'Not so' }).click();
		await page.getByRole('button', { name: /^Always allow…:/ }).click();
		await page.getByRole('button', { name: 'Write the rule and allow' }).click();
		await until(() => replies.get(id)).toBe('always');
	});

	it('a question that nobody answers is no, and that stays to be seen', async () => {
		const id = ask('run /bin/sh');
		await on.page.getByRole('heading', { name: 'amuled wants to start /bin/sh' }).waitFor();
		on.late();
		await on.page.getByText('Nobody answered: denied, once.').waitFor();
		expect(on.replies.get(id)).toBe('no');
	});

	it('characters that are not seen are replaced, and no rule is made of such a name', async () => {
		ask('read /home/me/\u202Egpj.exe\u0007');
		await on.page
			.getByRole('heading', { name: 'amuled wants to read /home/me/\ufffdgpj.exe\ufffd' })
			.waitFor();
		expect(await on.page.getByRole('button', { name: /^Always/ }).count()).toBe(0);
	});

	it('a decision opens into its record: who, what, rule, reason, and the line that would allow it', async () => {
		const { page } = on;
		await page.getByText(/wanted to read \/home\/me\/\.ssh\/id_ed25519/).click();
		await page
			.getByText('A guarded program wanted a file that its policy does not grant', { exact: false })
			.waitFor();
		expect(await page.getByRole('button', { name: 'Copy the line' }).count()).toBe(0); // it is a key
		await page.getByText('guard.file', { exact: true }).waitFor();
		await page.getByText(/wanted to reach 10\.0\.0\.7/).click();
		await page.getByText('- { out: "10.0.0.7", ports: 445, protocol: tcp }').waitFor();
		await page.getByRole('textbox', { name: 'Filter' }).fill('action:log');
		await page.getByText(/wanted to start \/usr\/bin\/uname/).waitFor();
		await until(() => page.getByText(/10\.0\.0\.7/).count()).toBe(0);
	});

	it('what it did is a tree of processes, with what was allowed', async () => {
		const { page } = on;
		await visit(page, on.url, '/guard?view=tree');
		await page.getByText('read 13 files').waitFor();
		await page.getByText('1 refused').waitFor();
		expect(await page.locator('ul ul ul').getByText('process 103').count()).toBe(1);
		await page.getByText('reached out to 1 place').click();
		await page.getByText('tcp 192.0.2.9:4661').waitFor();
	});

	it('profiles are read aloud', async () => {
		const { page } = on;
		await go(page, '/guard?view=policy');
		await page
			.getByText(/It may not reach the local network or this machine: a peer may name any address/)
			.waitFor();
		await go(page, '/guard?view=profiles');
		await page.getByText('media-player', { exact: true }).click();
		await page.getByText('It may read the files that it is given.').waitFor();
	});

	it('is reached by keys', async () => {
		await go(on.page, '/settings');
		await on.page.getByText('Settings').first().waitFor();
		await on.page.keyboard.press('g');
		await on.page.keyboard.press('g');
		await on.page.getByText('amuled --log-stdout').waitFor();
	});
});

describe.skipIf(skipped !== undefined)('in both themes, wide and on a phone', () => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', async () => {
		const on = await guardStage(phone);
		const { page } = on;
		const check = (where: string) => looksRightIn(page, where, crossLooks);
		await page.getByText('Nothing was refused or noted yet.').waitFor();
		await check('empty');
		on.busy();
		on.ask(1, 'out tcp 192.0.2.9:80');
		on.ask(
			2,
			'read /home/me/a/very/long/path/that/has/no/end/and/no/blank/in/it/anywhere/at/all/really.conf',
		);
		await page.getByRole('button', { name: /^Always allow…: reach/ }).click();
		await page.getByText(/wanted to reach 10/).click();
		await page.getByRole('button', { name: 'Copy the line' }).waitFor();
		await check('questions');
		await go(page, '/guard?view=tree');
		await page.getByText('read 13 files').click();
		await check('tree');
		await go(page, '/guard?view=profiles');
		await page.getByText('unknown-download', { exact: true }).click();
		await check('profiles');
		expect(on.window.errors).toEqual([]);
		await on.close();
	});
});
