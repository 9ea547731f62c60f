/**
 * Who may import whom: the table of design section 1, as data. A file belongs to the first room whose
 * pattern matches its path; a room may import itself and the rooms listed. `builtins` names the node:
 * modules that a room may use (networks do no I/O).
 */
import { parseSync } from 'vite';

export interface Room {
	readonly room: string;
	readonly files: RegExp;
	readonly imports: readonly string[];
	/** undefined: all of them. */
	readonly builtins?: readonly string[];
}

const PURE: readonly string[] = [];

export const rooms: readonly Room[] = [
	// How the program and its console are built.
	{ room: 'build', files: /\/vite\.config\.ts$|^scripts\/licences\.ts$/, imports: [] },
	{ room: 'evidence', files: /^src\/evidence\/(evidence|refusal|log)\.ts$/, imports: [], builtins: PURE },
	{ room: 'refusals', files: /\/refusals\.ts$/, imports: ['evidence'], builtins: PURE },
	{
		room: 'reasons',
		files: /^src\/evidence\/reasons\.ts$/,
		imports: ['evidence', 'refusals'],
		builtins: PURE,
	},
	{ room: 'world contract', files: /^src\/world\/world\.ts$/, imports: ['evidence'], builtins: PURE },
	{ room: 'folders', files: /^src\/world\/folder\.ts$/, imports: [] },
	{ room: 'installed', files: /^src\/world\/installed\.ts$/, imports: [] },
	{
		room: 'world',
		files: /^src\/world\//,
		imports: ['world contract', 'network contract', 'evidence', 'refusals'],
	},
	{
		room: 'defence',
		files: /^src\/defence\//,
		imports: ['evidence', 'refusals', 'world contract', 'common'],
		builtins: PURE,
	},
	{
		room: 'network contract',
		files: /^src\/networks\/network\.ts$/,
		imports: ['world contract'],
		builtins: PURE,
	},
	{
		room: 'common',
		files: /^src\/networks\/common\//,
		imports: ['evidence', 'world contract'],
		builtins: PURE,
	},
	{
		room: 'limits',
		files: /^src\/networks\/[^/]+\/limits\.ts$/,
		imports: ['common'],
		builtins: PURE,
	},
	{
		room: 'wire of $1',
		files: /^src\/networks\/([^/]+)\/wire\//,
		imports: ['common', 'evidence', 'limits', 'refusals', 'world contract'],
		builtins: PURE,
	},
	{
		room: 'signature contract',
		files: /^src\/networks\/signature\.ts$/,
		imports: [],
		builtins: PURE,
	},
	{
		room: 'signature $1',
		files: /^src\/networks\/([^/]+)\/(signature|announcements)\.ts$/,
		imports: ['wire of $1', 'common', 'limits', 'evidence', 'world contract', 'signature contract'],
		builtins: PURE,
	},
	{
		room: 'network $1',
		files: /^src\/networks\/([^/]+)\//,
		imports: [
			'wire of $1',
			'common',
			'limits',
			'refusals',
			'defence',
			'evidence',
			'world contract',
			'network contract',
		],
		builtins: PURE,
	},
	{
		room: 'library',
		files: /^src\/library\//,
		imports: ['installed', 'network contract', 'refusals', 'defence', 'evidence', 'world contract', 'common'],
	},
	{
		room: 'transfer',
		files: /^src\/transfer\//,
		imports: [
			'installed',
			'library',
			'folders',
			'refusals',
			'network contract',
			'defence',
			'evidence',
			'world contract',
			'common',
		],
	},
	{ room: 'policy', files: /^src\/policy\//, imports: ['evidence'], builtins: PURE },
	{
		room: 'watch',
		files: /^src\/watch\//,
		imports: [
			'installed',
			'signature *',
			'signature contract',
			'common',
			'evidence',
			'refusals',
			'world contract',
			'policy',
		],
	},
	{
		room: 'guard',
		files: /^src\/guard\//,
		imports: ['installed', 'folders', 'common', 'evidence', 'refusals', 'policy'],
	},
	{
		room: 'node',
		files: /^src\/node\//,
		imports: [
			'installed',
			'transfer',
			'library',
			'network *',
			'network contract',
			'folders',
			'world',
			'world contract',
			'defence',
			'common',
			'evidence',
			'reasons',
			'refusals',
			'limits',
		],
	},
	{
		room: 'lab',
		files: /^src\/lab\//,
		imports: [
			'installed',
			'network *',
			'network contract',
			'wire of gnutella',
			'wire of edonkey',
			'wire of fasttrack',
			'common',
			'limits',
			'defence',
			'folders',
			'world',
			'world contract',
			'evidence',
			'refusals',
		],
	},
	{ room: 'console', files: /^src\/console\//, imports: ['node (types)'], builtins: PURE },
	{ room: 'cli', files: /^src\/cli\//, imports: ['*'] },
];

export interface Import {
	readonly from: string;
	readonly to: string;
	readonly typeOnly: boolean;
}

interface Found {
	readonly room: string;
	readonly rule: Room;
}

/** The room of a file, with `$1` replaced by the network's name. */
export function roomOf(path: string): Found | undefined {
	for (const rule of rooms) {
		const match = rule.files.exec(path);
		if (match !== null) return { room: rule.room.replace('$1', match[1] ?? ''), rule };
	}
	return undefined;
}

/** Every import, export-from and dynamic import of a file, as written. */
export function importsOf(path: string, text: string): { specifier: string; typeOnly: boolean }[] {
	const parsed = parseSync(path, text);
	if (parsed.errors.length > 0) throw new Error(`${path} cannot be parsed: ${parsed.errors[0]?.message}`);
	const found = parsed.module.staticImports.map((one) => ({
		specifier: one.moduleRequest.value,
		typeOnly: one.entries.length > 0 && one.entries.every((entry) => entry.isType),
	}));
	for (const one of parsed.module.staticExports) {
		for (const entry of one.entries) {
			const specifier = entry.moduleRequest?.value;
			if (specifier !== undefined) found.push({ specifier, typeOnly: entry.isType });
		}
	}
	for (const one of parsed.module.dynamicImports) {
		const written = text.slice(one.moduleRequest.start, one.moduleRequest.end);
		found.push({ specifier: written.slice(1, -1), typeOnly: false });
	}
	return found;
}

/** Why this import is not allowed; undefined: it is. */
export function violation(
	from: string,
	specifier: string,
	resolved: string,
	typeOnly: boolean,
): string | undefined {
	const source = roomOf(from);
	if (source === undefined) return `${from} belongs to no room: add it to the table in test/house/imports.ts`;
	if (specifier.startsWith('node:')) {
		const allowed = source.rule.builtins;
		if (allowed === undefined || allowed.includes(specifier)) return undefined;
		return `${from} (${source.room}) does no I/O and must not import ${specifier}`;
	}
	if (!specifier.startsWith('.')) return undefined;
	const target = roomOf(resolved);
	if (target === undefined) return `${from} imports ${resolved}, which belongs to no room`;
	if (source.room === target.room) return undefined;
	const name = /^src\/networks\/([^/]+)\//.exec(from)?.[1] ?? '';
	const allowed = source.rule.imports.some((entry) => {
		if (entry === '*' && target.room !== 'console') return true;
		if (entry === 'network *') return target.room.startsWith('network ');
		if (entry === 'signature *') return target.room.startsWith('signature ');
		if (entry.endsWith(' (types)')) return typeOnly && target.room === entry.slice(0, -8);
		return entry.replace('$1', name) === target.room;
	});
	return allowed ? undefined : `${from} (${source.room}) must not import ${resolved} (${target.room})`;
}
