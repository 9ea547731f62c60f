/** Paths as firejail's profiles write them. */
import { isBeneath } from './grants.ts';

const folders: Readonly<Record<string, string>> = {
	DOWNLOADS: 'Downloads',
	DESKTOP: 'Desktop',
	DOCUMENTS: 'Documents',
	MUSIC: 'Music',
	PICTURES: 'Pictures',
	VIDEOS: 'Videos',
};
export const programFolders = [
	'/usr/local/bin',
	'/usr/bin',
	'/bin',
	'/usr/games',
	'/usr/local/sbin',
	'/usr/sbin',
	'/sbin',
];

/** With its variables; undefined: it has one that means nothing here. */
export function placeOf(text: string, home: string): string | undefined {
	const path = text
		.replace(/^(~|\$\{HOME\})(?=\/|$)/, home)
		.replace(/^\$\{PATH\}(?=\/)/, '/usr/bin')
		.replace(/^\$\{([A-Z]+)\}(?=\/|$)/, (whole, name: string) =>
			folders[name] === undefined ? whole : `${home}/${folders[name]}`,
		);
	if (!path.startsWith('/') || path.includes('$') || path.split('/').includes('..')) return undefined;
	return path.replace(/\/{2,}/g, '/');
}

export function bare(path: string): string {
	return path.replace(/(?<=.)\/$/, '');
}

export function isPattern(path: string): boolean {
	return /[*?[\]{}]/.test(path);
}

export function isProgramPlace(path: string): boolean {
	return programFolders.some((folder) => isBeneath(path, folder));
}
