/** Small hooks that pages share. */
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { Page, Status, Transfer } from '../node/api/schemas.ts';
import { ApiError, call } from './api.ts';
import { after } from './clock.ts';
import { percent } from './format.ts';
import { live } from './live.ts';
import { createStore, useStore } from './store.ts';
import { words } from './words.ts';

export function useStatus(): Status | undefined {
	return useStore(live.status);
}

/** A number or a word of the status. Who looks at no more than that is drawn anew only when it changes. */
export function useFromStatus<Taken extends string | number | boolean | undefined>(
	take: (status: Status | undefined) => Taken,
): Taken {
	return useSyncExternalStore(live.status.subscribe, () => take(live.status.get()));
}

/** Whether what runs behind the console has something for a page; undefined: it has not said yet. */
export function useOffered(page: Status['offers'][number]): boolean | undefined {
	return useFromStatus((status) => status?.offers.includes(page));
}

/** A number that changes every `seconds` seconds of the node's time, and never while it is silent. */
export function useBeat(seconds: number): number {
	return useFromStatus((status) => (status === undefined ? 0 : Math.floor(status.now / 1000 / seconds)));
}

/**
 * What a GET answers: asked at once, again after each command, and whenever `beat` changes. The last
 * answer stays until the next one is there. An undefined path asks nothing.
 */
export function useFetched<Answer>(
	path: string | undefined,
	beat: number,
): { value: Answer | undefined; missing: boolean } {
	const touched = useStore(live.touched);
	const [answer, setAnswer] = useState<{ path: string; value: Answer | undefined; missing: boolean }>();
	const asking = useRef(0);
	// biome-ignore lint/correctness/useExhaustiveDependencies: beat and touched only say when to ask again
	useEffect(() => {
		if (path === undefined) return;
		const mine = ++asking.current;
		call<Answer>('GET', path).then(
			(value) => {
				if (mine !== asking.current) return;
				setAnswer((old) => (isSame(old, path, value) ? old : { path, value, missing: false }));
			},
			(error: unknown) => {
				if (error instanceof ApiError && error.status === 401) live.lock();
				if (mine !== asking.current) return;
				setAnswer((old) => ({
					path,
					value: old?.path === path ? old.value : undefined,
					missing: error instanceof ApiError && error.status === 404,
				}));
			},
		);
	}, [path, beat, touched]);
	const fresh = answer?.path === path ? answer : undefined;
	return { value: fresh?.value, missing: fresh?.missing ?? false };
}

/** The same answer once more is nothing to draw. */
function isSame(
	old: { path: string; value: unknown; missing: boolean } | undefined,
	path: string,
	value: unknown,
) {
	return old?.path === path && !old.missing && JSON.stringify(old.value) === JSON.stringify(value);
}

/** A text to be read aloud: as it is once it has stood still for a while, so that nobody is talked over. */
export function useSettled(text: string): string {
	const [settled, setSettled] = useState('');
	useEffect(() => after(stillness, () => setSettled(text)), [text]);
	return settled;
}

const stillness = 1_500;
const pageTitle = createStore('');

/** What the page is about, for the title of the tab. */
export function useTitle(title: string): void {
	useEffect(() => pageTitle.set(title), [title]);
}

/** The title of the tab: how far the transfers are, the page, the program. */
export function useTabTitle(): void {
	const page = useStore(pageTitle);
	const active = useFromStatus((status) => status?.counts.active ?? 0);
	const beat = useBeat(2);
	const path = active > 0 ? 'transfers?filter=state:fetching&count=200' : undefined;
	const { value } = useFetched<Page<Transfer>>(path, beat);
	const moving = path === undefined ? [] : (value?.rows ?? []).filter((row) => row.size !== null);
	const done = moving.reduce((sum, row) => sum + row.done, 0);
	const size = moving.reduce((sum, row) => sum + (row.size ?? 0), 0);
	const progress = size === 0 ? undefined : percent(done, size);
	useEffect(() => {
		document.title = words.title(page, progress);
	}, [page, progress]);
}
