import type { ReactNode } from 'react';
import css from './parts.module.css';

/** Names and values, in a line that wraps. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
	return (
		<dl className={css.facts}>
			{facts.map(([name, value]) => (
				<div key={name}>
					<dt>{name}</dt>
					<dd data-figure>{value}</dd>
				</div>
			))}
		</dl>
	);
}

export function Section({
	title,
	aside,
	children,
}: {
	title: string;
	aside?: ReactNode;
	children: ReactNode;
}) {
	return (
		<section className={css.section} aria-label={title}>
			<header className={css.sectionHead}>
				<h2>{title}</h2>
				{aside}
			</header>
			{children}
		</section>
	);
}

export function PageHead({
	title,
	text,
	children,
}: {
	title: string;
	text?: ReactNode;
	children?: ReactNode;
}) {
	return (
		<header className={css.pageHead}>
			<div>
				<h1>{title}</h1>
				{text !== undefined && <p>{text}</p>}
			</div>
			{children !== undefined && <div className={css.pageActions}>{children}</div>}
		</header>
	);
}
