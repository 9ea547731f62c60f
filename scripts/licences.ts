/** For Vite: LICENCES.txt beside what is built, the terms of each package that went into it, as they want it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

function packageOf(path: string): string {
	let folder = dirname(path);
	// Some packages have a package.json without a name in folders of their own.
	while (!existsSync(join(folder, 'package.json')) || nameOf(folder) === undefined) folder = dirname(folder);
	return folder;
}

function nameOf(folder: string): string | undefined {
	return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string }).name;
}

function termsOf(folder: string): string {
	const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
	const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
	const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
	return [`${name} ${version}: ${license}`, ...texts].join('\n\n');
}

export function licences(): Plugin {
	return {
		name: 'sallyport-licences',
		generateBundle() {
			const files = [...this.getModuleIds()].map((id) => id.replace(/^\0/, '').replace(/\?.*$/, ''));
			const theirs = files.filter((path) => path.includes('/node_modules/') && existsSync(path));
			const terms = [...new Set(theirs.map(packageOf))].sort().map(termsOf);
			this.emitFile({
				type: 'asset',
				fileName: 'LICENCES.txt',
				source: `${terms.join(`\n\n${'-'.repeat(72)}\n\n`)}\n`,
			});
		},
	};
}
