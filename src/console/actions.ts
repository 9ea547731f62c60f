/**
 * The one table of what a user can do. Buttons, context menus, keys, the command list and the sheet of
 * keys are all made from it. An action belongs to a list (then it acts on rows of that list: the
 * selected ones, else the one under the cursor), to a page, or to the whole console.
 *
 * `keys` are tried in the order of the table: two actions may share a key, and the first that fits wins
 * (p pauses what runs and resumes what is paused). `g s` is g, then s. `mod` is Ctrl, or Command on a Mac.
 */
import type {
	EvidenceRow,
	LibraryFile,
	Peer,
	Result,
	Search,
	Transfer,
	Upload,
} from '../node/api/schemas.ts';
import type { WatchFlow } from '../node/api/watch-schemas.ts';
import { ed2kLink, magnet, urnOf } from './links.ts';
import type { PageName } from './page-names.ts';
import { matters, type Priority, priorities, priorityOf } from './priority.ts';
import { exactly } from './terms.ts';
import { words } from './words.ts';

export interface RowOf {
	results: Result;
	transfers: Transfer;
	peers: Peer;
	files: LibraryFile;
	uploads: Upload;
	evidence: EvidenceRow;
	searches: Search;
	flows: WatchFlow;
}
export type ListId = keyof RowOf;
export type AnyRow = RowOf[ListId];
export type Sheet = 'palette' | 'keys' | 'add-link' | 'add-folder' | 'add-peer' | 'open-capture';
export type Look = 'light' | 'dark' | 'auto';
export type ActionId = keyof typeof words.actions;

/** Rows that an action acts on. */
export interface Target {
	readonly list: ListId;
	readonly rows: readonly AnyRow[];
	/** Of which search the results are, or of which analysis the flows. */
	readonly search: number | undefined;
}

/** What actions can do to the page and the node. */
export interface Desk {
	go(page: PageName): void;
	openSearch(id: number | undefined): void;
	call(method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
	show(sheet: Sheet): void;
	evidence(filter: string): void;
	focus(field: 'search' | 'filter'): void;
	/** Adds a term to the filter of the page. */
	narrow(term: string): void;
	look(look: Look): void;
	copy(text: string): Promise<void>;
	say(sentence: string): void;
	move(by: number): void;
	select(): void;
	selectAll(): void;
	clear(): void;
	open(): void;
}

export interface Action {
	readonly id: ActionId;
	readonly keys: readonly string[];
	readonly group: keyof typeof words.palette.groups;
	/** Offered on this page only. */
	readonly page?: PageName;
	/** Acts on rows of this list. */
	readonly list?: ListId;
	/** Acts on one row at a time. */
	readonly single?: boolean;
	readonly danger?: boolean;
	takes(row: AnyRow): boolean;
	run(desk: Desk, row: AnyRow | undefined, target: Target | undefined): unknown;
	/** What is said when it is done to one row; absent: the row shows it. */
	said?(row: AnyRow): string;
}

function anywhere(
	group: Action['group'],
	id: ActionId,
	keys: readonly string[],
	run: (desk: Desk) => unknown,
	page?: PageName,
): Action {
	return { id, keys, group, takes: () => false, run: (desk) => run(desk), ...(page && { page }) };
}

interface RowAction<Row> {
	readonly takes?: (row: Row) => boolean;
	readonly run: (desk: Desk, row: Row, target: Target) => unknown;
	readonly said?: (row: Row) => string;
	readonly single?: true;
	readonly danger?: true;
}

function rows<List extends ListId>(
	list: List,
	id: ActionId,
	keys: readonly string[],
	{ takes, run, said, single, danger }: RowAction<RowOf[List]>,
): Action {
	return {
		id,
		keys,
		list,
		group: 'rows',
		takes: (row) => takes?.(row as RowOf[List]) ?? true,
		run: (desk, row, target) => run(desk, row as RowOf[List], target as Target),
		...(said && { said: (row: AnyRow) => said(row as RowOf[List]) }),
		...(single && { single }),
		...(danger && { danger }),
	};
}

const transferCommand = (command: string) => (desk: Desk, row: Transfer) =>
	desk.call('POST', `transfers/${row.id}/${command}`);

const priorityCommand = (priority: Priority): RowAction<Transfer> => ({
	takes: (row) => matters(row) && priorityOf(row) !== priority,
	run: (desk, row) => desk.call('PUT', `transfers/${row.id}/priority`, { priority: priorities[priority] }),
	said: (row) => words.done.priority(words.actions[`${priority}Priority`], row.name),
});

/** Of one row; offered where there is something to copy. */
const copying = <Row>(text: (row: Row) => string | undefined): RowAction<Row> => ({
	takes: (row) => text(row) !== undefined,
	run: (desk, row) => desk.copy(text(row) ?? ''),
	single: true,
});

const running = (row: Transfer) => ['wanted', 'fetching', 'waiting'].includes(row.state);
const ended = (row: Transfer) => ['complete', 'failed', 'cancelled'].includes(row.state);
/** These last for seconds and cannot be broken off. */
const brief = (row: Transfer) => ['verifying', 'inspecting'].includes(row.state);

export const actions: readonly Action[] = [
	anywhere('app', 'palette', ['mod+k'], (desk) => desk.show('palette')),
	anywhere('app', 'focusSearch', ['/'], (desk) => desk.focus('search')),
	anywhere('go', 'goSearch', ['g s'], (desk) => desk.go('search')),
	anywhere('go', 'goTransfers', ['g t'], (desk) => desk.go('transfers')),
	anywhere('go', 'goLibrary', ['g l'], (desk) => desk.go('library')),
	anywhere('go', 'goNetwork', ['g n'], (desk) => desk.go('network')),
	anywhere('go', 'goWatch', ['g w'], (desk) => desk.go('watch')),
	anywhere('go', 'goGuard', ['g g'], (desk) => desk.go('guard')),
	anywhere('go', 'goLab', ['g b'], (desk) => desk.go('lab')),
	anywhere('go', 'goServer', ['g o'], (desk) => desk.go('server')),
	anywhere('go', 'goEvidence', ['g e'], (desk) => desk.evidence('')),
	anywhere('go', 'goSettings', ['g ,'], (desk) => desk.go('settings')),

	rows('results', 'get', ['d'], {
		takes: (row) => !row.have && row.verdict !== 'refused',
		run: (desk, row, { search }) => desk.call('POST', 'transfers', { result: { search, id: row.id } }),
		said: (row) => words.done.get(row.name),
	}),
	rows('results', 'copyMagnet', ['c'], copying(magnet)),
	rows('results', 'copyEd2k', ['e'], copying(ed2kLink)),
	rows('transfers', 'pause', ['p'], { takes: running, run: transferCommand('pause') }),
	rows('transfers', 'resume', ['p'], {
		takes: (row) => row.state === 'paused',
		run: transferCommand('resume'),
	}),
	rows('transfers', 'retry', ['r'], {
		takes: (row) => row.state === 'failed' || row.state === 'cancelled' || row.state === 'waiting',
		run: transferCommand('retry'),
	}),
	rows('transfers', 'highPriority', ['+'], priorityCommand('high')),
	rows('transfers', 'usualPriority', ['0'], priorityCommand('usual')),
	rows('transfers', 'lowPriority', ['-'], priorityCommand('low')),
	rows('transfers', 'cancel', ['Delete'], {
		takes: (row) => !ended(row) && !brief(row),
		run: transferCommand('cancel'),
		danger: true,
	}),
	rows('transfers', 'remove', ['Delete'], {
		takes: ended,
		run: (desk, row) => desk.call('DELETE', `transfers/${row.id}`),
		danger: true,
	}),
	rows(
		'transfers',
		'copyPath',
		['c'],
		copying((row) => row.path),
	),
	rows('files', 'copyHash', ['c'], copying(urnOf)),
	rows('files', 'copyFileMagnet', ['m'], copying(magnet)),
	rows('files', 'copyFileEd2k', ['e'], copying(ed2kLink)),
	rows('peers', 'peerEvidence', ['w'], {
		takes: (row) => row.refused > 0,
		run: (desk, row) => desk.evidence(row.address),
		single: true,
	}),
	rows(
		'peers',
		'copyAddress',
		['c'],
		copying((row) => row.address),
	),
	rows('peers', 'disconnect', ['Delete'], {
		run: (desk, row) => desk.call('DELETE', `peers/${row.id}`),
		danger: true,
	}),
	rows('searches', 'stopSearch', ['s'], {
		takes: (row) => row.state === 'asking',
		run: (desk, row) => desk.call('POST', `searches/${row.id}/stop`),
	}),
	rows('searches', 'repeatSearch', ['R'], {
		takes: (row) => row.state === 'ended',
		run: async (desk, row) => {
			const again = (await desk.call('POST', 'searches', { words: row.words })) as Search;
			desk.openSearch(again.id);
		},
	}),
	rows('searches', 'closeSearch', ['q'], {
		run: async (desk, row) => {
			await desk.call('DELETE', `searches/${row.id}`);
			desk.openSearch(undefined);
		},
	}),

	anywhere('page', 'focusFilter', ['f'], (desk) => desk.focus('filter')),
	anywhere('page', 'next', ['j', 'ArrowDown'], (desk) => desk.move(1)),
	anywhere('page', 'previous', ['k', 'ArrowUp'], (desk) => desk.move(-1)),
	anywhere('page', 'select', ['x'], (desk) => desk.select()),
	anywhere('page', 'selectAll', ['mod+a'], (desk) => desk.selectAll()),
	anywhere('page', 'open', ['Enter'], (desk) => desk.open()),
	anywhere('page', 'clear', ['Escape'], (desk) => desk.clear()),

	anywhere('page', 'addLink', ['a'], (desk) => desk.show('add-link'), 'transfers'),
	anywhere('page', 'addFolder', ['a'], (desk) => desk.show('add-folder'), 'library'),
	anywhere('page', 'rescan', ['r'], (desk) => rescan(desk), 'library'),
	anywhere('page', 'addPeer', ['a'], (desk) => desk.show('add-peer'), 'network'),

	rows('flows', 'onlySource', ['h'], {
		run: (desk, row) => desk.narrow(exactly('host', row.source)),
		single: true,
	}),
	rows('flows', 'onlyDestination', ['t'], {
		run: (desk, row) => desk.narrow(exactly('host', row.destination)),
		single: true,
	}),
	rows('flows', 'onlyNetwork', ['n'], {
		takes: (row) => row.network !== undefined,
		run: (desk, row) => desk.narrow(exactly('network', row.network ?? '')),
		single: true,
	}),
	rows('flows', 'notNetwork', ['-'], {
		takes: (row) => row.network !== undefined,
		run: (desk, row) => desk.narrow(`-${exactly('network', row.network ?? '')}`),
		single: true,
	}),
	rows('flows', 'copyFlow', ['c'], {
		run: (desk, row) => desk.copy(JSON.stringify(row)),
		single: true,
	}),
	anywhere('page', 'openCapture', ['o'], (desk) => desk.show('open-capture'), 'watch'),

	anywhere('app', 'lightLook', [], (desk) => desk.look('light')),
	anywhere('app', 'darkLook', [], (desk) => desk.look('dark')),
	anywhere('app', 'autoLook', [], (desk) => desk.look('auto')),
	anywhere('app', 'keys', ['?'], (desk) => desk.show('keys')),
];

async function rescan(desk: Desk): Promise<void> {
	await desk.call('POST', 'folders/rescan');
	desk.say(words.done.rescan);
}

export function action(id: ActionId): Action {
	const found = actions.find((one) => one.id === id);
	if (found === undefined) throw new Error(`no action ${id}`);
	return found;
}

/** Whether the action has anything to do here. */
export function fits(one: Action, page: PageName, targets: readonly Target[]): boolean {
	if (one.list === undefined) return one.page === undefined || one.page === page;
	return targetOf(one, targets) !== undefined;
}

/** The rows, of those that are offered, that the action would take. */
export function targetOf(one: Action, targets: readonly Target[]): Target | undefined {
	for (const target of targets) {
		if (target.list !== one.list) continue;
		const taken = target.rows.filter((row) => one.takes(row));
		if (taken.length > 0 && (!one.single || target.rows.length === 1)) return { ...target, rows: taken };
	}
	return undefined;
}
