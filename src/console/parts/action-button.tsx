import { ActionIcon, Button, type ButtonVariant } from '@mantine/core';
import { type ActionId, action, type Target } from '../actions.ts';
import { act } from '../desk.ts';
import { Icon, type IconName } from '../icons.tsx';
import { words } from '../words.ts';

interface ActionButtonProps {
	id: ActionId;
	target?: Target | undefined;
	icon?: IconName;
	variant?: ButtonVariant;
	size?: string;
	/** Only the icon; the name is read aloud and shown when pointed at. */
	bare?: boolean;
	/** What it is for, where several buttons do the same to different things. */
	of?: string;
}

/** A button for an action of the table. */
export function ActionButton({
	id,
	target,
	icon,
	variant = 'default',
	size = 'sm',
	bare,
	of,
}: ActionButtonProps) {
	const name = words.actions[id];
	const label = of === undefined ? name : `${name}: ${of}`;
	const run = () => void act(action(id), target);
	if (bare && icon !== undefined) {
		return (
			<ActionIcon variant="subtle" color="gray" size={34} aria-label={label} title={name} onClick={run}>
				<Icon name={icon} />
			</ActionIcon>
		);
	}
	return (
		<Button
			variant={variant}
			size={size}
			onClick={run}
			{...(of !== undefined && { 'aria-label': label })}
			{...(icon && { leftSection: <Icon name={icon} size={15} /> })}
		>
			{name}
		</Button>
	);
}
