import { UnstyledButton } from '@mantine/core';
import { Link } from 'wouter';
import { action } from '../actions.ts';
import { act, desk } from '../desk.ts';
import { number, rate } from '../format.ts';
import { useStatus } from '../hooks.ts';
import { Icon } from '../icons.tsx';
import { words } from '../words.ts';
import { KeyCaps } from './key-caps.tsx';
import { Gate, Lamp, ScopeBadge, whyOf, worstLamp } from './marks.tsx';
import css from './top.module.css';

/** What must never scroll away: scope, reachability, rates, and how much was refused. */
export function TopBar() {
	const status = useStatus();
	const networks = status?.networks ?? [];
	const lamp = worstLamp(networks);
	const alone = status?.offers[0];
	return (
		<header className={css.top}>
			<Link href="/search" className={css.brand} aria-label={words.name}>
				<Gate />
				<span className={css.wordmark}>{words.name}</span>
			</Link>
			{alone !== undefined && alone !== 'node' && (
				<span className={css.scope} data-scope="practice" title={words.frame.alone[alone][1]}>
					{words.frame.alone[alone][0]}
				</span>
			)}
			{status?.offers.includes('node') === true && (
				<>
					<ScopeBadge scope={status.scope} />
					<Link href="/network" className={css.reach} title={whyOf(networks) || words.reachable.apart}>
						<Lamp state={lamp} />
						<span className={css.reachWord}>{words.reachable[lamp]}</span>
					</Link>
					<Link href="/transfers" className={css.rates}>
						<span data-figure>
							<Icon name="down" size={13} />
							<span className="only-read-aloud">{words.frame.down}</span>
							{rate(status.rates.down)}
						</span>
						<span data-figure>
							<Icon name="up" size={13} />
							<span className="only-read-aloud">{words.frame.up}</span>
							{rate(status.rates.up)}
						</span>
					</Link>
					<UnstyledButton className={css.bell} onClick={() => desk.evidence('')}>
						<Icon name="evidence" />
						<span className="only-read-aloud">{words.pages.evidence}</span>
						<span data-figure>{number(status.counts.evidence)}</span>
					</UnstyledButton>
				</>
			)}
			<UnstyledButton className={css.commands} onClick={() => void act(action('palette'))}>
				<Icon name="command" size={15} />
				<span>{words.frame.commands}</span>
				<KeyCaps keys="mod+k" />
			</UnstyledButton>
		</header>
	);
}
