/** The networks as cards: each is a filter, and says on what grounds it is known. */
import type { WatchOverview } from '../../../node/api/watch-schemas.ts';
import { exactly, holds } from '../../terms.ts';
import { words } from '../../words.ts';
import { colourOf } from './colours.ts';
import { type Look, toggleTerm } from './look.ts';
import css from './watch.module.css';

export function Networks({ overview, look }: { overview: WatchOverview; look: Look }) {
	return (
		<ul className={css.networks} aria-label={words.watch.networks}>
			{overview.networks.map((one) => (
				<Card key={one.network} one={one} look={look} />
			))}
		</ul>
	);
}

function Card({ one, look }: { one: WatchOverview['networks'][number]; look: Look }) {
	const { network, flows, by, labels } = one;
	const swatch = <span className={css.swatch} style={{ background: `var(${colourOf(network)})` }} />;
	const program = labels[0]?.label;
	if (network === '')
		return (
			<li className={css.network}>
				<span className={css.networkName}>
					{swatch}
					{words.watch.unknown}
				</span>
				<span data-figure>{words.watch.networkOf(flows, one.bytes)}</span>
			</li>
		);
	const term = exactly('network', network);
	const on = holds(look.filter, term);
	return (
		<li className={css.network} data-on={on || undefined}>
			<button
				type="button"
				className={css.networkName}
				aria-pressed={on}
				aria-label={words.watch.onlyNetwork(network)}
				onClick={() => toggleTerm(look.filter, term)}
			>
				{swatch}
				{network}
			</button>
			<button
				type="button"
				className={css.not}
				aria-label={words.watch.notNetwork(network)}
				onClick={() => toggleTerm(look.filter, `-${term}`)}
			>
				{words.watch.not}
			</button>
			<span data-figure>{words.watch.networkOf(flows, one.bytes)}</span>
			<small data-figure>{words.watch.knownBy(by)}</small>
			{program !== undefined && <small title={labels.map(({ label }) => label).join(', ')}>{program}</small>}
		</li>
	);
}
