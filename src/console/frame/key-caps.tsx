import { shown } from '../keys.ts';
import css from './sheets.module.css';

const mac = /Mac|iPhone|iPad/.test(navigator.userAgent);

export function KeyCaps({ keys }: { keys: string }) {
	return (
		<span className={css.caps}>
			{shown(keys, mac).map((cap) => (
				<kbd key={cap}>{cap}</kbd>
			))}
		</span>
	);
}
