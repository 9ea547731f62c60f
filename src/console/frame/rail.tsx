/** The way around: a rail on a wide screen, a bar of five places on a phone. */
import { Menu, UnstyledButton } from '@mantine/core';
import { Link, useLocation } from 'wouter';
import type { Status } from '../../node/api/schemas.ts';
import { action } from '../actions.ts';
import { act, desk } from '../desk.ts';
import { useFromStatus } from '../hooks.ts';
import { Icon, type IconName } from '../icons.tsx';
import { pageAddress } from '../location.ts';
import type { PageName } from '../page-names.ts';
import { words } from '../words.ts';
import css from './rail.module.css';

const ofNode: readonly PageName[] = ['search', 'transfers', 'library', 'network'];

/** The pages that what runs behind the console has something for. */
function usePages() {
	const named = useFromStatus((status) => status?.offers.join(' ')) ?? 'node';
	const offers = named.split(' ') as Status['offers'];
	const node = offers.includes('node');
	const [watch, lab] = (['watch', 'lab'] as const).map((page) => offers.includes(page));
	return { main: node ? ofNode : offers.filter((offer) => offer !== 'node'), node, watch, lab };
}

function Place({ page, count }: { page: PageName; count?: number | undefined }) {
	const [path] = useLocation();
	return (
		<Link
			href={pageAddress(page)}
			className={css.place}
			aria-current={path === `/${page}` ? 'page' : undefined}
		>
			<Icon name={page satisfies IconName} size={20} />
			<span>{words.pages[page]}</span>
			{count !== undefined && count > 0 && (
				<span className={css.count} data-figure aria-hidden="true">
					{count}
				</span>
			)}
		</Link>
	);
}

export function Rail() {
	const active = useFromStatus((status) => status?.counts.active);
	const { main, node, watch, lab } = usePages();
	return (
		<nav className={css.rail} aria-label={words.frame.navigation}>
			{main.map((page) => (
				<Place key={page} page={page} count={page === 'transfers' ? active : undefined} />
			))}
			{node && watch && <Place page="watch" />}
			{node && lab && <Place page="lab" />}
			<span className={css.spring} />
			{node && (
				<UnstyledButton className={css.place} onClick={() => desk.evidence('')}>
					<Icon name="evidence" size={20} />
					<span>{words.pages.evidence}</span>
				</UnstyledButton>
			)}
			<Place page="settings" />
		</nav>
	);
}

export function BottomBar() {
	const { main, node, watch, lab } = usePages();
	const beside = [...(watch ? (['goWatch'] as const) : []), ...(lab ? (['goLab'] as const) : [])];
	const more = node ? ([...beside, 'goEvidence'] as const) : [];
	return (
		<nav className={css.bottom} aria-label={words.frame.navigation}>
			{main.map((page) => (
				<Place key={page} page={page} />
			))}
			<Menu position="top-end" shadow="md" withinPortal>
				<Menu.Target>
					<UnstyledButton className={css.place}>
						<Icon name="more" size={20} />
						<span>{words.frame.more}</span>
					</UnstyledButton>
				</Menu.Target>
				<Menu.Dropdown>
					{([...more, 'goSettings', 'palette'] as const).map((id) => (
						<Menu.Item key={id} onClick={() => void act(action(id))}>
							{words.actions[id]}
						</Menu.Item>
					))}
				</Menu.Dropdown>
			</Menu>
		</nav>
	);
}
