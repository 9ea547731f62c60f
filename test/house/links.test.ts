import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

const networks = ['gnutella', 'edonkey', 'fasttrack', 'opennap'];

it('the documents link only to what is there', () => {
	const pages = [
		...readdirSync(root).filter((name) => name.endsWith('.md')),
		...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
			.filter((name) => name.endsWith('.md'))
			.map((name) => join('docs', name)),
		...networks.map((network) => `src/networks/${network}/README.md`),
	];
	expect(pages.length).toBeGreaterThan(15);
	const broken: string[] = [];
	for (const page of pages) {
		for (const [, target = ''] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
			if (/^[a-z]+:/.test(target)) continue;
			if (!existsSync(resolve(root, dirname(page), target))) broken.push(`${page}: ${target}`);
		}
	}
	expect(broken).toEqual([]);
});

it.each(networks)('the README of %s names every file of its folder', (network) => {
	const folder = join(root, 'src/networks', network);
	const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
		.map((name) => name.replaceAll('\\', '/'))
		.filter((name) => name.endsWith('.ts') && !name.startsWith('wire/'));
	expect(files.length).toBeGreaterThan(15);
	const text = readFileSync(join(folder, 'README.md'), 'utf8');
	expect(files.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
