/** A console of a node that rehearses: the real API, and real runs. */
import type { Page } from 'playwright-core';
import { Rehearsals } from '../../src/lab/rehearsals.ts';
import { MemoryBackend, startMemoryApi } from '../node/memory-backend.ts';
import { buildConsole, type Look, openWindow, type Window } from './browser.ts';

export interface LabStage {
	readonly window: Window;
	readonly page: Page;
	readonly url: string;
	readonly lab: Rehearsals;
	close(): Promise<void>;
}

export async function labStage(look: Look = {}): Promise<LabStage> {
	await buildConsole();
	const lab = new Rehearsals({ now: () => performance.now(), after: () => () => {} });
	const status = new MemoryBackend().status();
	const standing = { status: () => ({ ...status, offers: ['node', 'lab'] as const, now: Date.now() }) };
	const api = await startMemoryApi(standing, { rehearsing: lab });
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/lab`);
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		lab,
		async close() {
			await window.close();
			await api.close();
			await lab.close();
		},
	};
}
