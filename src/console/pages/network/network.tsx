/** The first line answers: am I connected, can others reach me, and if not, why not. */
import { useCallback, useEffect, useRef } from 'react';
import type { Page, Peer, Status } from '../../../node/api/schemas.ts';
import { desk, sheet } from '../../desk.ts';
import { duration, number } from '../../format.ts';
import { Lamp, lampOf } from '../../frame/marks.tsx';
import { messageHistory, rateHistory, recordPeers } from '../../history.ts';
import { useStatus, useTitle } from '../../hooks.ts';
import { Ask } from '../../parts/ask.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Facts, PageHead } from '../../parts/facts.tsx';
import { useStore } from '../../store.ts';
import { Loading } from '../../table/states.tsx';
import { words } from '../../words.ts';
import css from './network.module.css';
import { OverlaySection } from './overlay-section.tsx';
import { Peers } from './peers.tsx';

/** With a name of its own, for the import that loads it when it is opened. */
export default function NetworkPage() {
	const status = useStatus();
	const open = useStore(sheet);
	const peers = useRef<readonly Peer[]>([]);
	const onPage = useCallback((page: Page<Peer>) => {
		peers.current = page.rows;
	}, []);
	useEffect(() => {
		if (status !== undefined) recordPeers(peers.current, status.now);
	}, [status]);
	useTitle(words.pages.network);
	if (status === undefined) return <Loading />;
	return (
		<>
			<PageHead title={words.network.title} />
			<Standing status={status} />
			<div className={css.views}>
				<Charts />
				<OverlaySection />
			</div>
			<Peers onPage={onPage} />
			{open === 'add-peer' && (
				<Ask
					title={words.network.addTitle}
					field={words.network.address}
					hint={words.network.addressHint}
					submit={words.actions.addPeer}
					onSubmit={async (address) => {
						await desk.call('POST', 'peers', { address });
						desk.say(words.done.peer(address));
					}}
				/>
			)}
		</>
	);
}

function Standing({ status }: { status: Status }) {
	const network = status.networks[0];
	const lamp = lampOf(network);
	const { facts } = words.network;
	return (
		<section className={css.standing} aria-label={words.reachable[lamp]}>
			<p className={css.answer}>
				<Lamp state={lamp} />
				<span>
					{network === undefined || lamp === 'apart'
						? words.network.apart
						: words.network.connected(words.network.role[network.role], network.ultrapeers)}{' '}
					{network !== undefined && lamp !== 'apart' && words.network.reach[network.reachable]}
				</span>
			</p>
			{network !== undefined && lamp !== 'yes' && <p className={css.why}>{network.why}</p>}
			<Facts
				facts={[
					[facts.ultrapeers, number(network?.ultrapeers ?? 0)],
					[facts.leaves, number(network?.leaves ?? 0)],
					[facts.known, number(network?.known ?? 0)],
					[facts.listen, status.listen],
					[facts.up, duration((status.now - status.startedAt) / 1000)],
				]}
			/>
		</section>
	);
}

const { series } = words.network;
const rateSeries = [
	{ label: series.down, colour: '--chart-a' },
	{ label: series.up, colour: '--chart-b' },
];
const messageSeries = [
	{ label: series.in, colour: '--chart-a' },
	{ label: series.out, colour: '--chart-b' },
	{ label: series.refused, colour: '--chart-c' },
];

function Charts() {
	const rates = useStore(rateHistory);
	const messages = useStore(messageHistory);
	return (
		<div className={css.charts}>
			<Chart title={words.network.rates} points={rates} series={rateSeries} unit="rate" />
			<Chart title={words.network.messages} points={messages} series={messageSeries} unit="count" />
		</div>
	);
}
