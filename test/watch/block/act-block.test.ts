/** `sallyport watch --apply` blocks, cleans up behind itself, and takes up its work again. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launcher, removeFolders, temporaryFolder, until } from '../../cli/sallyport.ts';
import { ActNetwork, type Inside, whyNotAct } from './act-network.ts';
import { decision, Giver } from './act-transfer.ts';

const whyNot = whyNotAct();
const rate = 2e6;
const policy = `rules:
  - { name: enough, match: { network: gnutella, over: 3500kB }, action: block }
  - { name: slow, match: { network: gnutella }, action: throttle, rate: ${rate / 1e6}mbit }`;

describe.skipIf(whyNot !== undefined)('a watch that acts', () => {
	let network: ActNetwork;
	let giver: Giver;
	let home: string;

	beforeAll(async () => {
		network = new ActNetwork();
		const limit = ['tbf', 'rate', '40mbit', 'burst', '64kb', 'latency', '50ms'];
		network.run('giver', 'tc', 'qdisc', 'add', 'dev', 'b0', 'root', ...limit);
		giver = await Giver.start(network);
		home = join(temporaryFolder(), 'home');
	});

	afterAll(async () => {
		await network?.close();
		removeFolders();
	});

	const watch = () => network.watch('router', policy, ['--apply', '--home', home]);
	const elements = () => network.run('router', 'nft', 'list', 'map', 'inet', 'sallyport', 'flow4');

	/** A flow is slowed down and then blocked: what came after that was decided, in seconds of its rate. */
	async function blocked(watching: Inside): Promise<number> {
		const decided = watching.said.length;
		const taker = await giver.taken();
		const block = await decision(watching, 'enough', decided);
		const port = block.src_port as number;
		const ofIt = watching.said.filter(({ flow_id }) => flow_id === block.flow_id);
		expect(ofIt.map(({ policy }) => policy?.rule)).toContain('slow');
		// Who sends is told, so that it stops instead of trying again.
		const sending = ['ss', '-tnHO', `sport = :6346 and dport = :${port}`];
		await until(async () => network.run('giver', ...sending) === '');
		const came = network.came(port);
		expect(came).toBeGreaterThan(0);
		expect(elements()).toContain(`10.77.1.2 . ${port} . 10.77.2.2 . 6346 . tcp`);
		await taker.stop('SIGKILL');
		return (came - block.flow.bytes_toclient) / (rate / 8);
	}

	it('blocks a flow that it had slowed down within a second, and leaves nothing when it ends', async () => {
		const watching = await watch();
		// By the kernel: once it is blocked either end may be gone at any moment.
		network.countFrom(6346);
		// Where others have the processor for a second, just between, it is late once: not again and again.
		const lates: number[] = [];
		while (lates.length < 5 && !lates.some((late) => late <= 1)) lates.push(await blocked(watching));
		expect(Math.min(...lates), `${lates}`).toBeLessThanOrEqual(1);
		// The queue in which the rest of it waited is an empty one now.
		expect(network.held('router')).toContain('bfifo 7020: dev r1');
		expect((await watching.stop('SIGINT')).status).toBe(0);
		expect(network.held('router')).toBe('');
		const [enough] = watching.said.filter(({ event_type }) => event_type === 'policy_rule');
		expect(enough).toMatchObject({ rule: 'enough', action: 'block' });
		expect(enough.packets).toBeGreaterThan(0);
	});

	it('takes an order from the console beside it, and leaves nothing of it', async () => {
		const watching = await network.watch('router', policy, ['--apply', '--open', '--home', home]);
		const { console } = await watching.until((said) => said.find(({ event }) => event === 'ready'));
		const ask = (how: object, path: string) => {
			const program = `const [entrance, path, how] = process.argv.slice(1);
				const { headers } = await fetch(entrance, { redirect: 'manual' });
				const cookie = headers.getSetCookie()[0].split(';')[0];
				const url = new URL('/api/v1/watch/', entrance).href;
				const { body, ...rest } = JSON.parse(how);
				const json = body && { body: JSON.stringify(body), headers: { cookie, 'content-type': 'application/json' } };
				const said = await fetch(url + path, { headers: { cookie }, ...rest, ...json });
				process.stdout.write((await said.text()) + '\\n' + said.status);`;
			const words = ['--input-type=module', '-e', program, console, path, JSON.stringify(how)];
			const lines = network.run('router', process.execPath, ...words).split('\n');
			return { status: Number(lines.at(-1)), said: lines.slice(0, -1).join('\n') };
		};
		const order = { target: { host: '10.77.1.2' }, act: { action: 'block' }, seconds: 60 };
		const { status, said } = ask({ method: 'POST', body: order }, 'orders');
		expect([status, said]).toEqual([201, expect.stringContaining('10.77.1.2')]);
		await until(async () =>
			network.run('router', 'nft', 'list', 'map', 'inet', 'sallyport', 'host4').includes('10.77.1.2'),
		);
		expect((await watching.stop('SIGINT')).status).toBe(0);
		expect(network.held('router')).toBe('');
	});

	it('puts its orders back when it starts again, also after SIGKILL; only one at a time acts', async () => {
		const first = await watch();
		const before = elements().match(/10\.77\.1\.2 \. \d+ \. 10\.77\.2\.2/g) ?? [];
		expect(before.length).toBeGreaterThan(0);
		const second = network.sallyport('router', ['watch', 'clear', '--home', home]);
		expect(await second.over).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('Another sallyport watch with the same --home acts already.'),
		});
		network.kill('router');
		await first.over;
		expect(network.held('router')).toContain('table inet sallyport');
		expect(network.held('router')).toContain('htb 5350:');
		const again = await watch();
		expect(elements().match(/10\.77\.1\.2 \. \d+ \. 10\.77\.2\.2/g)).toEqual(before);
		expect(again.errors).toMatch(/[0-9]+ orders? of before still holds?\./);
		expect((await again.stop()).status).toBe(0);
		expect(network.held('router')).toBe('');
	});

	it('is cleared away by watch clear where it was killed', async () => {
		const killed = await watch();
		network.kill('router');
		await killed.over;
		expect(network.held('router')).not.toBe('');
		const clear = network.sallyport('router', ['watch', 'clear', '--home', home]);
		expect((await clear.over).status).toBe(0);
		expect(network.held('router')).toBe('');
		const fresh = await watch();
		expect(elements()).not.toContain('10.77.1.2');
		await fresh.stop();
	});

	it('refuses without the right to act, with an unreadable policy, and where it would lock somebody out', async () => {
		const words = ['watch', '--interface', 'r1', '--apply', '--json', '--home', home, '--policy'];
		const file = join(temporaryFolder(), 'policy.yaml');
		writeFileSync(file, 'rules:\n  - { name: him, match: { host: 10.77.1.2 }, action: block }\n');
		const session = { SSH_CONNECTION: '10.77.1.2 50000 10.77.1.1 22' };
		expect(await network.sallyport('router', [...words, file], session).over).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('the rule "him" would block 10.77.1.2'),
		});
		const bare = ['setpriv', '--bounding-set', '-net_admin', '--inh-caps', '-net_admin'];
		const weak = network.start('router', [...bare, process.execPath, launcher, ...words, file]);
		expect(await weak.over).toMatchObject({
			status: 3,
			stderr: expect.stringContaining('may not change the rules of the kernel'),
		});
		writeFileSync(file, 'rules:\n  - { name: him, match: { host: nobody }, action: block }\n');
		expect(await network.sallyport('router', [...words, file]).over).toMatchObject({
			status: 1,
			stderr: expect.stringMatching(/line 2: host: "nobody" is not an address/),
		});
		expect(network.held('router')).toBe('');
	});
});
