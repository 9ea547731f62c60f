import { type Action, actions } from '../actions.ts';
import { Dialog } from '../parts/dialog.tsx';
import { words } from '../words.ts';
import { KeyCaps } from './key-caps.tsx';
import css from './sheets.module.css';

function titleOf(one: Action): string {
	return one.list === undefined ? words.palette.groups[one.group] : (words.lists[one.list] ?? one.list);
}

/** The keys, as they stand in the table of actions. */
export function KeysSheet() {
	const groups = Map.groupBy(
		actions.filter((one) => one.keys.length > 0),
		titleOf,
	);
	return (
		<Dialog title={words.keys.title} size={760}>
			<div className={css.groups}>
				{[...groups].map(([title, group]) => (
					<section key={title} className={css.group}>
						<h3>{title}</h3>
						<dl>
							{group.map((one) => (
								<div key={one.id} className={css.key}>
									<dt>
										{words.actions[one.id]}
										{one.page !== undefined && <small>{words.pages[one.page]}</small>}
									</dt>
									<dd>
										{one.keys.map((keys) => (
											<KeyCaps key={keys} keys={keys} />
										))}
									</dd>
								</div>
							))}
						</dl>
					</section>
				))}
			</div>
		</Dialog>
	);
}
