/** How axe, a narrow screen and a thumb meet a page: the same for every page. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Both themes, wide and on a phone. */
export const looks = [
	{ scheme: 'light', width: 1280, height: 800 },
	{ scheme: 'dark', width: 1280, height: 800 },
	{ scheme: 'light', width: 390, height: 844 },
	{ scheme: 'dark', width: 390, height: 844 },
] as const;

/** What a thumb must hit. The heads of columns are only read aloud there: a phone sorts with the box above the list. */
const targets =
	'button, a, select, summary, .mantine-Button-root, fieldset label, input:not([type=checkbox], [type=file])';
const tooSmall = `[...document.querySelectorAll(${JSON.stringify(targets)})]
	.filter((target) => target.checkVisibility() && target.closest('thead') === null)
	.map((target) => ({ target, box: target.getBoundingClientRect() }))
	.filter(({ box }) => box.height > 0 && box.height < 43.5)
	.map(({ target, box }) => Math.round(box.width) + 'x' + Math.round(box.height) + ' ' + target.innerText)`;

/** What axe finds, a line each. */
export async function violations(page: Page): Promise<string[]> {
	const { violations: found } = await new AxeBuilder({ page }).analyze();
	return found.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}

/** axe finds nothing, nothing is wider than the screen, and a thumb hits everything. `where` names the place. */
export async function looksRight(page: Page, where: string): Promise<void> {
	const width = page.viewportSize()!.width;
	expect({ where, violations: await violations(page) }).toEqual({ where, violations: [] });
	expect(await page.evaluate('document.documentElement.scrollWidth'), where).toBeLessThanOrEqual(width);
	const small = width < 640 ? await page.evaluate(tooSmall) : [];
	expect({ where, small }).toEqual({ where, small: [] });
}
