import { Button, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { Icon } from '../icons.tsx';
import { useParam } from '../location.ts';
import { words } from '../words.ts';
import css from './states.module.css';

/** A newer order waits: nothing moves until it is asked for. */
export function Fresh({ fresh, held, onShow }: { fresh: number; held: boolean; onShow(): void }) {
	return (
		<div className={css.freshPlace} role="status">
			{held && (
				<button type="button" className={css.fresh} onClick={onShow} title={words.list.freshHint}>
					<Icon name="up" size={14} />
					{words.list.fresh(fresh)}
				</button>
			)}
		</div>
	);
}

export function Loading() {
	return (
		<div className={css.waiting} role="status" aria-label={words.list.loading}>
			<Loader size="sm" type="dots" aria-hidden="true" />
		</div>
	);
}

export function NoMatch({ param, hidden }: { param: string; hidden: number }) {
	const [, setFilter] = useParam(param);
	return (
		<Empty title={words.list.nothingMatches} text={words.list.hides(hidden)}>
			<Button variant="default" onClick={() => setFilter(param === 'evidence' ? '' : undefined)}>
				{words.list.clearFilter}
			</Button>
		</Empty>
	);
}

/** An empty place says what to do next. */
export function Empty({
	title,
	text,
	children,
}: {
	title: string;
	text?: string | undefined;
	children?: ReactNode;
}) {
	return (
		<div className={css.empty}>
			<p className={css.emptyTitle}>{title}</p>
			{text !== undefined && <p className={css.emptyText}>{text}</p>}
			{children !== undefined && <div className={css.emptyNext}>{children}</div>}
		</div>
	);
}
