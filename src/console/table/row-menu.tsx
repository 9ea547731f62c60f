import { Menu } from '@mantine/core';
import { act, rowActions, topStage } from '../desk.ts';
import { words } from '../words.ts';
import { nameOf } from './columns.ts';
import type { RowMenuState } from './use-menu.ts';

/** The actions of the table for the row that was clicked, or for the selection that it belongs to. */
export function RowMenu({ menu }: { menu: RowMenuState }) {
	const { place } = menu;
	if (place === undefined) return null;
	const stage = topStage();
	const target = place.selected && stage !== undefined ? stage.present() : place.target;
	const row = place.target.rows[0];
	return (
		<Menu opened onClose={menu.close} position="bottom-start" shadow="md" withinPortal returnFocus>
			<Menu.Target>
				<span style={{ position: 'fixed', left: place.x, top: place.y, width: 1, height: 1 }} />
			</Menu.Target>
			<Menu.Dropdown aria-label={row === undefined ? undefined : words.list.actions(nameOf(row))}>
				{rowActions(target).map((one) => (
					<Menu.Item
						key={one.id}
						{...(one.danger && { color: 'var(--red)' })}
						onClick={() => void act(one, place.selected ? undefined : place.target)}
					>
						{words.actions[one.id]}
					</Menu.Item>
				))}
			</Menu.Dropdown>
		</Menu>
	);
}
