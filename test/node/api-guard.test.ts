/** The API of the Guard page: its shapes, what it refuses, and who is let in. */
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Ledger } from '../../src/guard/ledger.ts';
import { GuardDecision, GuardProcess, GuardQuestion } from '../../src/node/api/guard-schemas.ts';
import { errorOf, MemoryBackend, startMemoryApi } from './memory-backend.ts';

type Api = Awaited<ReturnType<typeof startMemoryApi>>;
const apis: Api[] = [];
afterEach(async () => {
	for (const api of apis.splice(0)) await api.close();
});

async function start(entered?: () => void): Promise<{ api: Api; ledger: Ledger }> {
	const ledger = new Ledger({ now: () => 1000, after: () => () => {} }, '/home/me/always.yaml', '/home/me');
	const run = {
		words: ['x'],
		program: 'x',
		learn: false,
		opens: 'heard',
		state: 'running',
		startedAt: 1,
	} as const;
	const policy = { name: 'p', about: '', aloud: [], files: [] };
	const guarding = {
		run: () => ({ ...run, policy }),
		questions: () => ledger.questions(),
		answer: (id: number, answer: Parameters<Ledger['answer']>[1]) => ledger.answer(id, answer),
		decisions: ledger,
		tree: () => ledger.tree(),
		profiles: async () => [],
	};
	const api = await startMemoryApi(new MemoryBackend(), { guarding, ...(entered && { entered }) });
	apis.push(api);
	return { api, ledger };
}

const asked = { token: 1, thread: 7, program: '/bin/a', act: 'read /srv/it', rule: 'p.yaml:3' };

describe('the Guard page', () => {
	it('has its shapes', async () => {
		const { api, ledger } = await start();
		void ledger.ask(asked, 30);
		ledger.did({ process: 7, parent: 1, program: '/bin/a', act: 'read /srv/it', action: 'deny' });
		const common = { at: 1, code: 'guard.file', subject: 'a[7]', detail: '', program: '/bin/a', pid: 7 };
		ledger.record({ ...common, action: 'deny', act: 'read /srv/it', rule: 'none' });
		ledger.record({ ...common, action: 'log', act: 'read /srv/other', rule: 'p.yaml:4' });
		const get = async (path: string) => (await api.get(`/api/v1/guard/${path}`)).json();
		expect(z.array(GuardQuestion.strict()).parse(await get('questions'))).toHaveLength(1);
		expect(z.array(GuardProcess.strict()).parse(await get('tree'))).toHaveLength(1);
		const page = z.object({ total: z.number(), all: z.number(), rows: z.array(GuardDecision.strict()) });
		expect(page.parse(await get('decisions?filter=action:log'))).toMatchObject({ total: 1, all: 2 });
		expect((await api.get('/api/v1/guard/decisions?sort=colour')).status).toBe(400);
	});

	it('takes an answer once, and none that is not one', async () => {
		const { api, ledger } = await start();
		const reply = ledger.ask(asked, 30);
		const answer = (body: unknown) => api.send('POST', '/api/v1/guard/questions/1/answer', body);
		expect((await answer({ answer: 'perhaps' })).status).toBe(400);
		expect((await answer({ answer: 'once', for: 'ever' })).status).toBe(400);
		expect((await answer({ answer: 'once' })).status).toBe(204);
		expect(await reply).toBe('once');
		const again = await answer({ answer: 'always' });
		expect(again.status).toBe(409);
		expect((await errorOf(again)).code).toBe('question');
	});

	it('lets nobody in without a key, and tells when a one-time token was spent', async () => {
		let entered = 0;
		const { api } = await start(() => entered++);
		for (const path of ['run', 'questions', 'decisions', 'tree', 'profiles'])
			expect((await fetch(`${api.url}/api/v1/guard/${path}`)).status).toBe(401);
		await fetch(`${api.url}/?token=wrong`, { redirect: 'manual' });
		expect(entered).toBe(0);
		await fetch(api.entrance(), { redirect: 'manual' });
		expect(entered).toBe(1);
	});
});
