/**
 * Where the user is: `#/transfers?state=paused&sort=-rate`. All of it lives in the hash: any static
 * server under any path can serve the page, and words of a search never reach a server's log by way
 * of an address. Each page reads its own parameters; `evidence` is the drawer's, on every page.
 */
import { useCallback, useSyncExternalStore } from 'react';
import type { PageName } from './page-names.ts';

const last = new Map<string, string>();

function current(): string {
	const hash = location.hash.replace(/^#?\/?/, '/');
	return hash === '/' ? '/search' : hash;
}

function pathOf(where: string): string {
	return where.split('?', 1)[0] as string;
}

function queryOf(where: string): string {
	const mark = where.indexOf('?');
	return mark < 0 ? '' : where.slice(mark + 1);
}

function subscribe(listener: () => void): () => void {
	const changed = () => {
		remember();
		listener();
	};
	addEventListener('hashchange', changed);
	addEventListener('popstate', changed);
	return () => {
		removeEventListener('hashchange', changed);
		removeEventListener('popstate', changed);
	};
}

function remember(): void {
	const query = new URLSearchParams(queryOf(current()));
	query.delete('evidence');
	last.set(pathOf(current()), query.size === 0 ? '' : `?${query}`);
}

export function go(to: string, replace = false): void {
	const url = `${location.pathname}${location.search}#${to}`;
	history[replace ? 'replaceState' : 'pushState'](null, '', url);
	dispatchEvent(new HashChangeEvent('hashchange'));
}

/** The address of a page as the user left it. */
export function pageAddress(page: PageName): string {
	return `/${page}${last.get(`/${page}`) ?? ''}`;
}

/** The location hook that wouter asks for. */
export function useHashPath(): [string, (to: string, options?: { replace?: boolean }) => void] {
	const path = useSyncExternalStore(subscribe, () => pathOf(current()));
	return [path, (to, options) => go(to, options?.replace)];
}
useHashPath.hrefs = (href: string) => `#${href}`;
useHashPath.searchHook = () => useSyncExternalStore(subscribe, () => queryOf(current()));

export function param(name: string): string | undefined {
	return new URLSearchParams(queryOf(current())).get(name) ?? undefined;
}

/** Changes parameters of the present page; undefined takes one away. */
export function setParams(changes: Record<string, string | undefined>, replace = false): void {
	const query = new URLSearchParams(queryOf(current()));
	for (const [name, value] of Object.entries(changes)) {
		if (value === undefined) query.delete(name);
		else query.set(name, value);
	}
	go(`${pathOf(current())}${query.size === 0 ? '' : `?${query}`}`, replace);
}

export function useParam(name: string): [string | undefined, (value: string | undefined) => void] {
	const value = useSyncExternalStore(subscribe, () => param(name));
	const set = useCallback((next: string | undefined) => setParams({ [name]: next }, true), [name]);
	return [value, set];
}
