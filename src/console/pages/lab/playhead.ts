/**
 * Where we are in a row of moments. A whole number is a moment that is over; 3.4 is between the fourth and the fifth. Who
 * wants less motion gets whole moments only, one after the other.
 */
import { useEffect, useRef, useState } from 'react';
import { after } from '../../clock.ts';

export interface Playhead {
	readonly at: number;
	readonly playing: boolean;
	play(): void;
	pause(): void;
	/** To a moment; playing ends. */
	go(moment: number): void;
}

const stillness = '(prefers-reduced-motion: reduce)';

/** `pace`: moments a second. -1 is the beginning: nothing has arrived. */
export function usePlayhead(moments: number, pace: number): Playhead {
	const [at, setAt] = useState(-1);
	const [playing, setPlaying] = useState(false);
	/** When the last frame was drawn. */
	const before = useRef<number>(undefined);
	const last = moments - 1;
	useEffect(() => {
		if (!playing) return;
		if (at >= last) {
			setPlaying(false);
			return;
		}
		if (matchMedia(stillness).matches)
			return after(1000 / Math.min(pace, 2), () => setAt(Math.min(last, Math.floor(at) + 1)));
		const frame = requestAnimationFrame((now) => {
			const passed = Math.min(100, now - (before.current ?? now));
			before.current = now;
			setAt(Math.min(last, at + Math.max(1, passed) * (pace / 1000)));
		});
		return () => cancelAnimationFrame(frame);
	}, [playing, at, last, pace]);
	return {
		at,
		playing,
		play() {
			before.current = undefined;
			if (at >= last) setAt(-1);
			setPlaying(true);
		},
		pause: () => setPlaying(false),
		go(moment) {
			setPlaying(false);
			setAt(Math.max(-1, Math.min(last, moment)));
		},
	};
}
