/** A console of a server, as `server --open` serves it: the real API over a server that a test feeds. */
import type { Page } from 'playwright-core';
import type { Operating } from '../../src/node/api/operating.ts';
import { MemoryBackend, startMemoryApi } from '../node/memory-backend.ts';
import { Operated } from '../node/operated.ts';
import { buildConsole, type Look, openWindow, type Window } from './browser.ts';

export interface ServerStage {
	readonly window: Window;
	readonly page: Page;
	readonly url: string;
	readonly on: Operated;
	close(): Promise<void>;
}

export async function serverStage(look: Look = {}): Promise<ServerStage> {
	const on = new Operated(Date.now());
	return { ...(await stageOf(on.desk, (now) => on.world.advance(now), look)), on };
}

/** The same over whatever a desk shows. */
export async function stageOf(
	operating: Operating,
	advance: (now: number) => void,
	look: Look = {},
): Promise<Omit<ServerStage, 'on'>> {
	await buildConsole();
	const status = new MemoryBackend().status();
	const standing = {
		status() {
			advance(Date.now());
			return { ...status, offers: ['server'] as const, networks: [], now: Date.now() };
		},
	};
	const api = await startMemoryApi(standing, { operating });
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/server`);
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		async close() {
			await window.close();
			await api.close();
		},
	};
}
