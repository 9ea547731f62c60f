/** Small hooks that pages share. */
import { useEffect, useRef, useState } from 'react';
import type { Status } from '../node/api/schemas.ts';
import { ApiError, call } from './api.ts';
import { live } from './live.ts';
import { useStore } from './store.ts';

export function useStatus(): Status | undefined {
	return useStore(live.status);
}

/** A number that changes every `seconds` seconds of the node's time, and never while it is silent. */
export function useBeat(seconds: number): number {
	const status = useStore(live.status);
	return status === undefined ? 0 : Math.floor(status.now / 1000 / seconds);
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
				if (mine === asking.current) setAnswer({ path, value, missing: false });
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

export function useTitle(title: string): void {
	useEffect(() => {
		document.title = title;
	}, [title]);
}
