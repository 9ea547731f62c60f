import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documented, table } from '../../../scripts/document-networks.ts';

describe('docs/networks.md', () => {
	it('is the list of signatures as the code has it', () => {
		expect(documented(), 'run: node scripts/document-networks.ts').toBe(table());
	});

	it('has a row for each folder with a signature', () => {
		const folders = readdirSync('src/networks', { withFileTypes: true })
			.filter(
				(entry) => entry.isDirectory() && readdirSync(`src/networks/${entry.name}`).includes('signature.ts'),
			)
			.map(({ name }) => name);
		expect(folders.length).toBeGreaterThan(10);
		for (const folder of folders) expect(table()).toContain(`\`${folder}\``);
	});
});
