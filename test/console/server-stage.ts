/** A console of a server, as `server --open` serves it: the real API over a server that a test feeds. */
import type { Page } from 'playwright-core';
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
	await buildConsole();
	const on = new Operated(Date.now());
	const status = new MemoryBackend().status();
	const standing = {
		status() {
			on.world.advance(Date.now());
			return { ...status, offers: ['server'] as const, networks: [], now: Date.now() };
		},
	};
	const api = await startMemoryApi(standing, { operating: on.desk });
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/server`);
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		on,
		async close() {
			await window.close();
			await api.close();
		},
	};
}
