import { useEffect } from 'react';
import { fits } from '../actions.ts';
import { after } from '../clock.ts';
import { act, presentTargets, sheet, topStage } from '../desk.ts';
import { match, pressed } from '../keys.ts';
import { live } from '../live.ts';
import type { PageName } from '../page-names.ts';

/** How long the second key of a sequence is waited for. */
const patience = 1_500;

function typing(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement && target.closest('input:not([type=checkbox]), textarea, select') !== null
	);
}

/** Enter on a button or link is theirs, and so are arrows in a menu. */
function owned(target: EventTarget | null, press: string): boolean {
	if (!(target instanceof HTMLElement)) return false;
	if (press === 'Enter') return target.closest('button, a, summary, [role=menuitem]') !== null;
	return (
		press.startsWith('Arrow') && target.closest('[role=menu], [role=radiogroup], [role=tablist]') !== null
	);
}

export function useKeys(page: PageName): void {
	useEffect(() => {
		let begun = '';
		let cancel: (() => void) | undefined;
		const onKey = (event: KeyboardEvent) => {
			const press = pressed(event);
			if (press === undefined || event.defaultPrevented || live.link.get() === 'locked') return;
			if (sheet.get() !== undefined || owned(event.target, press)) return;
			if (typing(event.target) && press !== 'mod+k') return;
			if (topStage() === undefined && press === 'mod+a') return;
			const found = match(begun, press);
			cancel?.();
			begun = found.begun;
			cancel = after(patience, () => {
				begun = '';
			});
			const action = found.actions.find((one) => fits(one, page, presentTargets()));
			if (action === undefined) return;
			event.preventDefault();
			void act(action);
		};
		addEventListener('keydown', onKey);
		return () => {
			cancel?.();
			removeEventListener('keydown', onKey);
		};
	}, [page]);
}
