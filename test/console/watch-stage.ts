/** A console without a node, as `watch --open` serves it: the real API and real analyses of a capture made here. */
import type { Page } from 'playwright-core';
import type { Enforcing, Watching } from '../../src/node/api/watching.ts';
import { Analyses } from '../../src/watch/analysis/analyses.ts';
import { MemoryBackend, startMemoryApi } from '../node/memory-backend.ts';
import { officeCapture } from '../watch/office-capture.ts';
import { buildConsole, type Look, openWindow, type Window } from './browser.ts';

export const file = {
	name: 'office.pcap',
	mimeType: 'application/octet-stream',
	buffer: Buffer.from(officeCapture()),
};

export interface Stage {
	readonly window: Window;
	readonly page: Page;
	readonly url: string;
	readonly analyses: Analyses;
	close(): Promise<void>;
}

export async function stage(look: Look = {}, enforcing?: Enforcing): Promise<Stage> {
	await buildConsole();
	const analyses = new Analyses();
	const watching: Watching = Object.assign(analyses, { enforcing });
	const status = new MemoryBackend().status();
	const standing = {
		status: () => ({ ...status, offers: ['watch'] as const, networks: [], now: Date.now() }),
	};
	const api = await startMemoryApi(standing, { watching });
	const window = await openWindow(look);
	await window.page.goto(`${api.entrance()}#/watch`);
	return {
		window,
		page: window.page,
		url: `${api.url}/`,
		analyses,
		async close() {
			await window.close();
			await api.close();
			await analyses.close();
		},
	};
}

export async function openCapture({ page }: Stage): Promise<void> {
	await page.locator('input[type=file]').setInputFiles(file);
	await page.getByRole('grid', { name: 'Flows' }).getByText('192.0.2.10').waitFor();
}
