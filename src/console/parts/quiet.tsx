import type { ReactNode } from 'react';
import { Link } from 'wouter';
import css from './parts.module.css';

interface QuietProps {
	children: ReactNode;
	onClick(): void;
	expanded?: boolean;
}

/** A button that reads like a part of the sentence. */
export function Quiet({ children, onClick, expanded }: QuietProps) {
	return (
		<button type="button" className={css.quiet} onClick={onClick} aria-expanded={expanded}>
			{children}
		</button>
	);
}

export function QuietLink({ children, to }: { children: ReactNode; to: string }) {
	return (
		<Link href={to} className={css.quiet}>
			{children}
		</Link>
	);
}

/** Breathes while something goes on; a ring when it has ended. */
export function Pulse({ on, title }: { on: boolean; title?: string }) {
	return <span className={css.pulse} data-on={on || undefined} title={title} />;
}
