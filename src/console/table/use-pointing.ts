/** Whether somebody points at the list, has a finger on it, or works in it with the keyboard. */
import { type PointerEvent, useRef } from 'react';
import { after } from '../clock.ts';

/** A finger has no place when it is lifted: the list stays as it is for this long. */
const touchLingers = 4_000;

export function usePointing() {
	const over = useRef(false);
	const focused = useRef(false);
	const touched = useRef(false);
	const cancel = useRef<() => void>(undefined);
	const handlers = useRef({
		// Not when it enters: a list that comes up beneath a resting pointer is not pointed at.
		onPointerMove: (event: PointerEvent) => {
			over.current = event.pointerType !== 'touch';
		},
		onPointerLeave: () => {
			over.current = false;
		},
		onPointerDown: (event: PointerEvent) => {
			if (event.pointerType !== 'touch') return;
			touched.current = true;
			cancel.current?.();
			cancel.current = after(touchLingers, () => {
				touched.current = false;
			});
		},
		onFocus: () => {
			focused.current = true;
		},
		onBlur: () => {
			focused.current = false;
		},
	});
	return { handlers: handlers.current, now: () => over.current || focused.current || touched.current };
}
