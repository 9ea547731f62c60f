/** The Server page in Chromium, against the real API over a real server. */
import { describe, expect, it } from 'vitest';
import { MessageType } from '../../src/networks/fasttrack/wire/frame.ts';
import { encodeNeighbourHello } from '../../src/networks/fasttrack/wire/neighbour.ts';
import { encodeNodeInfo } from '../../src/networks/fasttrack/wire/node.ts';
import { encodeShare } from '../../src/networks/fasttrack/wire/share.ts';
import { ServerDesk } from '../../src/node/server-desk.ts';
import { own, Scene } from '../networks/fasttrack/scripted.ts';
import { file } from '../networks/fasttrack/session.ts';
import { skipped, until } from './browser.ts';
import { crossLooks, looksRightIn, phone } from './looks.ts';
import { serverStage, stageOf } from './server-stage.ts';

describe.skipIf(skipped !== undefined)('the Server page', () => {
	it('shows clients, what is held back and why, and bans and lets in by a click', async () => {
		const { page, on, window, close } = await serverStage();
		await page.getByText('No client is here yet.').waitFor();
		on.client('198.51.100.2', 12);
		on.client('198.51.100.3', 4, false);
		on.forged('192.0.2.9', 300);
		await page.getByRole('row', { name: /198\.51\.100\.2:4662 HighID 12/ }).waitFor();
		const low = page.getByRole('row', { name: /198\.51\.100\.3:\d+ LowID 4/ });
		await low.waitFor();
		const held = page.getByRole('region', { name: 'Datagrams, and what is held back' });
		await until(() => held.innerText()).toMatch(/Held back\s+2\d\d/);
		const reasons = page.getByRole('region', { name: 'Refused since the start' });
		await until(() => reasons.innerText()).toMatch(/unproven/i);
		await low.getByRole('button', { name: 'Ban 198.51.100.3 for a day' }).click();
		await low.waitFor({ state: 'detached' });
		expect(on.server.figures()).toMatchObject({ users: 1, bans: 1 });
		await page.getByRole('textbox', { name: 'IP address' }).fill('somewhere');
		await page.getByRole('button', { name: 'Ban', exact: true }).click();
		await page.getByRole('alert').getByText('"somewhere" is no IP address.').waitFor();
		window.errors.length = 0; // it was answered 400
		await page.getByRole('textbox', { name: 'IP address' }).fill('192.0.2.77');
		await page.getByRole('combobox', { name: 'For how long' }).selectOption('for good');
		await page.getByRole('textbox', { name: 'IP address' }).press('Enter');
		await page.getByRole('row', { name: /192\.0\.2\.77 for good/ }).waitFor();
		await page.getByRole('button', { name: 'Let 198.51.100.3 in again' }).click();
		await until(() => on.server.operator.bans().map(([host]) => host)).toEqual(['192.0.2.77']);
		await page.getByRole('button', { name: 'Copy the link' }).click();
		expect(window.errors).toEqual([]);
		await close();
	});

	it('is all that there is without a node: no search, no transfers', async () => {
		const { page, url, window, close } = await serverStage();
		await page.getByText('No client is here yet.').waitFor();
		await page.goto(`${url}#/search`);
		await page.getByText('An eDonkey server at 203.0.113.1:4661.').waitFor();
		const places = page.getByRole('navigation', { name: 'Pages' }).first();
		expect((await places.innerText()).split('\n')).toEqual(['Server', 'Settings']);
		expect(window.errors).toEqual([]);
		await close();
	});
});

/** A super-node with leaves and a neighbour. */
function supernode(): { on: Scene; desk: ServerDesk } {
	const neighbours = [{ host: '198.51.100.7', port: 1214 }];
	const on = new Scene({ neighbours });
	on.world.time = Date.now();
	for (const [host, port] of [
		['198.51.100.20', 1300],
		['198.51.100.21', 0],
	] as const) {
		const leaf = on.caller(host).asLeaf();
		leaf.say(MessageType.NodeInfo, encodeNodeInfo({ address: { host, port }, bandwidth: 1, user: 'ada' }));
		leaf.say(MessageType.Share, encodeShare({ ...file(`a song of ${host}.ogg`), medium: 1 }));
		leaf.say(MessageType.Share, Uint8Array.of(0));
	}
	const hello = encodeNeighbourHello({ id: new Uint8Array(8).fill(7), port: 1214, features: 0 });
	on.caller('198.51.100.7').asLeaf().say(MessageType.NeighbourHello, hello);
	const about = { network: 'fasttrack', address: own, operator: on.node.operator! } as const;
	return { on, desk: new ServerDesk({ ...about, now: Date.now, changed: () => {} }) };
}

describe.skipIf(skipped !== undefined)('the page of a super-node', () => {
	it('shows leaves, neighbours and what was refused, axe finds nothing, and a click bans', async () => {
		const { on, desk } = supernode();
		const { page, window, close } = await stageOf(desk, (now) => on.world.advance(now), phone);
		await page.getByText('A FastTrack server at 198.51.100.1:1214.').waitFor();
		await page.getByRole('row', { name: /198\.51\.100\.20:1300 HighID 1/ }).waitFor();
		const low = page.getByRole('row', { name: /198\.51\.100\.21:\d+ LowID 1/ });
		await low.waitFor();
		await until(() => page.getByRole('region', { name: 'Now' }).innerText()).toMatch(
			/Linked super-nodes\s+1/,
		);
		const reasons = page.getByRole('region', { name: 'Refused since the start' });
		await until(() => reasons.innerText()).toMatch(/Malformed message/);
		await looksRightIn(page, 'super-node', crossLooks);
		await low.getByRole('button', { name: 'Ban 198.51.100.21 for a day' }).click();
		await page.getByRole('button', { name: 'Let 198.51.100.21 in again' }).waitFor();
		expect(on.world.hangups.at(-1)).toMatchObject({ why: 'banned by the operator' });
		expect(window.errors).toEqual([]);
		await close();
	});
});

describe.skipIf(skipped !== undefined)('in both themes, wide and on a phone', () => {
	it('axe finds nothing, nothing is wider than the screen, and a thumb hits everything', async () => {
		const { page, on, window, close } = await serverStage(phone);
		await page.getByText('No client is here yet.').waitFor();
		await looksRightIn(page, 'empty', crossLooks);
		on.client('198.51.100.2', 12);
		on.client('2001:db8:1234:5678:9abc:def0:1234:5678', 4, false);
		on.forged('192.0.2.9', 300);
		on.desk.ban('192.0.2.77', 86_400);
		on.desk.ban('2001:db8:1234:5678:9abc:def0:1234:5679', undefined);
		await page.getByRole('row', { name: /198\.51\.100\.2:4662/ }).waitFor();
		await page.getByRole('button', { name: 'Let 192.0.2.77 in again' }).waitFor();
		await looksRightIn(page, 'busy', crossLooks);
		expect(window.errors).toEqual([]);
		await close();
	});
});
