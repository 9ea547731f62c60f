import { percent, share } from '../format.ts';
import css from './parts.module.css';

interface BarProps {
	label: string;
	done: number;
	size: number | null;
	/** Colours of a bar: moving, standing still, ended badly. */
	state: 'moving' | 'still' | 'failed' | 'done';
}

export function Bar({ label, done, size, state }: BarProps) {
	const part = state === 'done' ? 1 : share(done, size);
	return (
		<span className={css.bar}>
			<span
				className={css.track}
				role="progressbar"
				aria-label={label}
				aria-valuenow={Math.round(part * 100)}
				aria-valuemin={0}
				aria-valuemax={100}
				data-state={state}
			>
				<span className={css.fill} style={{ width: `${part * 100}%` }} />
			</span>
			<span className={css.percent} data-figure>
				{percent(part, 1)}
			</span>
		</span>
	);
}
