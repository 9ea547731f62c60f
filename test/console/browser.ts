/** The built page and a headless Chromium, for the tests of the console. */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const source = join(root, 'src/console');
const built = join(root, 'dist/console/index.html');
const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export const chromiumPath = process.env['SALLYPORT_CHROMIUM'] ?? places.find((path) => existsSync(path));

/** Why the tests of the page are skipped; undefined: they are not. */
export const skipped =
	chromiumPath === undefined
		? 'Skipped: no Chromium found. Install the Debian package chromium, or name one in SALLYPORT_CHROMIUM.'
		: undefined;
if (skipped !== undefined) console.warn(skipped);

/** Builds the page if it is missing or older than what it is made of. */
export async function buildConsole(): Promise<void> {
	const names = await readdir(source, { recursive: true, withFileTypes: true });
	const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
	const newest = Math.max(...files.map((file) => statSync(file).mtimeMs));
	if (existsSync(built) && statSync(built).mtimeMs > newest) return;
	// In a process of its own: in this one NODE_ENV is `test`, and React would be built for its developers.
	const vite = join(root, 'node_modules/vite/bin/vite.js');
	const environment = { ...process.env, NODE_ENV: 'production' };
	await run(process.execPath, [vite, 'build', source, '--logLevel', 'error'], { env: environment });
}

export interface Look {
	readonly width?: number;
	readonly height?: number;
	readonly scheme?: 'light' | 'dark';
	readonly motion?: 'reduce' | 'no-preference';
}

export interface Window {
	readonly page: Page;
	readonly context: BrowserContext;
	/** Errors of the page and of its console. */
	readonly errors: string[];
	close(): Promise<void>;
}

/** A browser of its own, with a profile that nobody has used. */
export async function openWindow({
	width = 1280,
	height = 800,
	scheme = 'light',
	motion = 'reduce',
}: Look = {}): Promise<Window> {
	const profile = mkdtempSync(join(tmpdir(), 'sallyport-console-'));
	const context = await chromium.launchPersistentContext(profile, {
		...(chromiumPath !== undefined && { executablePath: chromiumPath }),
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
		viewport: { width, height },
		colorScheme: scheme,
		reducedMotion: motion,
		locale: 'en-GB',
	});
	const page = context.pages()[0] ?? (await context.newPage());
	const errors: string[] = [];
	page.on('pageerror', (error) => errors.push(error.message));
	page.on('console', (message) => {
		// A node that goes away at the end of a test is no mistake of the page.
		const gone = message.text().includes('net::ERR_');
		if (message.type() === 'error' && !gone) errors.push(message.text());
	});
	return {
		page,
		context,
		errors,
		async close() {
			await context.close();
			rmSync(profile, { recursive: true, force: true });
		},
	};
}

/** Opens a place of the page from nothing, as a link in a letter would. */
export async function visit(page: Page, url: string, where: string): Promise<void> {
	await page.goto('about:blank');
	await page.goto(`${url}#${where}`);
}

/** Asks again until it is so. Patient, because a busy machine is slow and not wrong. */
export function until<Value>(ask: () => Value | Promise<Value>) {
	return expect.poll(ask, { timeout: 30_000, interval: 50 });
}
