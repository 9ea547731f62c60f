/** How axe, a narrow screen and a thumb meet a page: the same for every page. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { until } from './browser.ts';

/** Both themes, wide and on a phone. */
export const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 1280, height: 800 },
	{ scheme: 'dark', width: 390, height: 844 },
	{ scheme: 'light', width: 390, height: 844 },
] as const;

/** The look that a test goes on with, and each theme and each width once: for pages made of what others are made of. */
export const phone = looks[2];
export const crossLooks = [looks[0], phone] as const;

/** What a thumb must hit. The heads of columns are only read aloud there: a phone sorts with the box above the list. */
const targets =
	'button, a, select, summary, .mantine-Button-root, fieldset label, input:not([type=checkbox], [type=file])';
const tooSmall = `[...document.querySelectorAll(${JSON.stringify(targets)})]
	.filter((target) => target.checkVisibility() && target.closest('thead') === null)
	.map((target) => ({ target, box: target.getBoundingClientRect() }))
	.filter(({ box }) => box.height > 0 && box.height < 43.5)
	.map(({ target, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.innerText)`;

/** Not what is easy to read: less than half of it, and it is sent to each document that is looked at. */
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Of a rule that finds nothing one node will do, and what is sent back is only what is asked. Style sheets are fetched once
 * more only for a rule that axe does not go by unasked.
 */
const ask = (only: RunOptions) => `axe
	.run({ resultTypes: ['violations'], preload: { assets: ['media'] }, ...${JSON.stringify(only)} })
	.then(({ violations, passes }) => ({
		passed: passes.map(({ id }) => id),
		found: violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')),
	}))`;

/** Those of axe's rules about colours that it goes by unasked: of a page in another theme the others say the same. */
const ofColours = { runOnly: ['color-contrast', 'link-in-text-block'] };

/**
 * What axe finds, a line each. It runs in the page itself, which has no frames: @axe-core/playwright opens a second page to
 * gather what the frames of a first one say, and takes six times as long.
 */
export async function violations(page: Page, only: RunOptions = {}): Promise<string[]> {
	expect(page.frames(), 'what is in a frame is not looked at').toHaveLength(1);
	if (await page.evaluate('window.axe === undefined')) await page.evaluate(axe);
	const { passed, found } = (await page.evaluate(ask(only))) as Record<'passed' | 'found', string[]>;
	// A page on which nothing can be checked has no faults either.
	expect(passed.length + found.length).toBeGreaterThan(0);
	return found;
}

/** axe finds nothing, nothing is wider than the screen, and a thumb hits everything. `where` names the place. */
export async function looksRight(page: Page, where: string, only: RunOptions = {}): Promise<void> {
	const width = page.viewportSize()!.width;
	expect({ where, violations: await violations(page, only) }).toEqual({ where, violations: [] });
	expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBeLessThanOrEqual(width);
	const small = width < 640 ? await page.evaluate(tooSmall) : [];
	expect({ where, small }).toEqual({ where, small: [] });
}

const settled = `new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => ({
	scheme: document.documentElement.dataset.mantineColorScheme,
	width: innerWidth,
	moving: document.getAnimations().filter((one) => one instanceof CSSTransition).length,
}))`;

/** Changes the look of the page that is loaded, as its user's system does at night and a turned phone does. */
export async function wear(page: Page, { scheme, width, height }: (typeof looks)[number]): Promise<void> {
	await page.emulateMedia({ colorScheme: scheme });
	await page.setViewportSize({ width, height });
	await until(() => page.evaluate(settled)).toEqual({ scheme, width, moving: 0 });
}

/**
 * The same page, as it stands, in each look, and the whole of it at each width. `there` waits for what says that it is
 * drawn. It keeps the look that comes last.
 */
export async function looksRightIn(
	page: Page,
	where: string,
	all: readonly (typeof looks)[number][],
	there?: () => Promise<unknown>,
): Promise<void> {
	let width = 0;
	for (const look of all) {
		await wear(page, look);
		await there?.();
		await looksRight(page, `${where}, ${look.scheme}, ${look.width}`, look.width === width ? ofColours : {});
		width = look.width;
	}
}
