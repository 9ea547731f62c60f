/** The built page and a headless Chromium, for the tests of the console. */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';
import { patience } from '../patience.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const source = join(root, 'src/console');
const built = join(root, 'dist/console/index.html');
const places = [
	// Without windows of its own: a quarter less processor time.
	'/usr/bin/chromium-headless-shell',
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
];

export const chromiumPath = process.env['SALLYPORT_CHROMIUM'] ?? places.find((path) => existsSync(path));

/** Why the tests of the page are skipped; undefined: they are not. */
export const skipped =
	chromiumPath === undefined
		? 'Skipped: no Chromium found. Install the Debian package chromium-headless-shell, or name one in SALLYPORT_CHROMIUM.'
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

let browser: Promise<Browser> | undefined;

/**
 * One for all files of this process: it takes a second of processor time to begin. They close their windows; it ends
 * with the process, because its pipe does, and what it had on the disk goes in an orderly exit.
 */
function theBrowser(): Promise<Browser> {
	browser ??= launch();
	return browser;
}

async function launch(): Promise<Browser> {
	// So vitest ends a process of tests; without this there would be no `exit`.
	process.once('SIGTERM', () => process.exit(143));
	const launched = await chromium.launch({
		...(chromiumPath !== undefined && { executablePath: chromiumPath }),
		handleSIGTERM: false,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
	// One that broke in one file is no reason for the next to fail.
	launched.once('disconnected', () => {
		browser = undefined;
	});
	return launched;
}

/** With a profile that nobody has used. */
export async function openWindow({
	width = 1280,
	height = 800,
	scheme = 'light',
	motion = 'reduce',
}: Look = {}): Promise<Window> {
	const context = await (await theBrowser()).newContext({
		viewport: { width, height },
		colorScheme: scheme,
		reducedMotion: motion,
		locale: 'en-GB',
	});
	context.setDefaultTimeout(patience);
	const page = await context.newPage();
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
		close: () => context.close(),
	};
}

let visits = 0;

/**
 * Opens a place of the page from nothing, as a link in a letter would. The number, which the page does not read, makes it
 * another document: by way of an empty page it would get another process too, and compile all anew.
 */
export async function visit(page: Page, url: string, where: string): Promise<void> {
	await page.goto(`${url}?${++visits}#${where}`);
}

/** To where the page is not, and asks nothing any more; and the process stays. */
export async function leave(page: Page, url: string): Promise<void> {
	await page.goto(`${url}healthz`);
}

/** Another place of the page that is loaded, as a link in it would: a fraction of what `visit` costs. */
export async function go(page: Page, where: string): Promise<void> {
	await page.evaluate(`location.hash = ${JSON.stringify(where)}`);
}

/** Asks again until it is so. */
export function until<Value>(ask: () => Value | Promise<Value>) {
	return expect.poll(ask, { interval: 50 });
}
