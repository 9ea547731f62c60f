/** A console on a guarded program, as `guard run --open` serves it: the real API and ledger; the program is the test. */
import type { Page } from 'playwright-core';
import { aloud } from '../../src/guard/aloud.ts';
import type { Reply } from '../../src/guard/asking.ts';
import { Ledger } from '../../src/guard/ledger.ts';
import { type Found, findPolicy, profileNames } from '../../src/guard/policies.ts';
import type { GuardRun } from '../../src/node/api/guard-schemas.ts';
import { MemoryBackend, startMemoryApi } from '../node/memory-backend.ts';
import { buildConsole, type Look, openWindow, type Window } from './browser.ts';

export interface GuardStage {
	readonly window: Window;
	readonly page: Page;
	readonly url: string;
	readonly ledger: Ledger;
	/** Question `token`; what was answered lands in `replies`. */
	ask(token: number, act: string): void;
	readonly replies: Map<number, Reply>;
	/** Time passes for the questions. */
	late(): void;
	/** It did much, and some of it was refused. */
	busy(): void;
	close(): Promise<void>;
}

async function policyOf(name: string): Promise<Found['policy']> {
	return ((await findPolicy(name)) as Found).policy;
}

export async function guardStage(look: Look = {}): Promise<GuardStage> {
	await buildConsole();
	const timers = new Set<() => void>();
	const ledger = new Ledger(
		{
			now: () => Date.now(),
			after(_milliseconds, call) {
				timers.add(call);
				return () => timers.delete(call);
			},
		},
		'/home/me/.config/sallyport/guard/amuled.yaml',
		'/home/me',
	);
	const policy = await policyOf('amuled');
	const run: GuardRun = {
		...{ words: ['amuled', '--log-stdout'], program: '/usr/bin/amuled', learn: false, opens: 'heard' },
		...{ state: 'running', startedAt: Date.now() },
		policy: { name: policy.name, about: policy.about, aloud: aloud(policy), files: [] },
	};
	const profiles = await Promise.all(
		profileNames().map(async (name) => {
			const one = await policyOf(name);
			return { name, about: one.about, aloud: aloud(one) };
		}),
	);
	const status = new MemoryBackend().status();
	const standing = {
		status: () => ({ ...status, offers: ['guard'] as const, networks: [], now: Date.now() }),
	};
	const api = await startMemoryApi(standing, {
		guarding: {
			run: () => run,
			questions: () => ledger.questions(),
			answer: (id, answer) => ledger.answer(id, answer),
			decisions: ledger,
			tree: () => ledger.tree(),
			profiles: async () => profiles,
		},
	});
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/guard`);
	const replies = new Map<number, Reply>();
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		ledger,
		replies,
		ask(token, act) {
			const asked = { token, thread: 101, program: '/usr/bin/amuled', act, rule: 'amuled.yaml:14' };
			void ledger.ask(asked, 30).then((reply) => replies.set(token, reply));
		},
		late() {
			const due = [...timers];
			timers.clear();
			for (const call of due) call();
		},
		busy: () => busy(ledger),
		async close() {
			await window.close();
			await api.close();
		},
	};
}

function busy(ledger: Ledger): void {
	const amuled = { process: 101, parent: 1, program: '/usr/bin/amuled' };
	const shell = { process: 102, parent: 101, program: '/usr/bin/dash' };
	const uname = { process: 103, parent: 102, program: '/usr/bin/uname' };
	ledger.did({ ...amuled, act: 'run /usr/bin/amuled', action: 'allow' });
	for (let file = 0; file < 12; file++)
		ledger.did({ ...amuled, act: `read /usr/share/amule/skins/${file}.zip`, action: 'allow' });
	ledger.did({ ...amuled, act: 'out tcp 192.0.2.9:4661', action: 'allow' });
	ledger.did({ ...amuled, act: 'read /home/me/.ssh/id_ed25519', action: 'deny' });
	ledger.did({ ...shell, act: 'run /usr/bin/uname', action: 'log' });
	ledger.did({ ...uname, act: 'read /etc/ld.so.cache', action: 'allow' });
	const common = { at: Date.now(), subject: 'amuled[101]', detail: '', pid: 101, program: '/usr/bin/amuled' };
	ledger.record({
		...{ ...common, code: 'guard.file', action: 'deny', act: 'read /home/me/.ssh/id_ed25519', rule: 'none' },
	});
	ledger.record({
		...{ ...common, code: 'guard.network', action: 'deny', act: 'out tcp 10.0.0.7:445' },
		...{ rule: 'amuled.yaml:13', because: 'a peer may name any address, also one behind the firewall' },
	});
	ledger.record({
		...{ ...common, code: 'guard.program', action: 'log', act: 'run /usr/bin/uname', rule: 'amuled.yaml:20' },
		count: 3,
	});
}
