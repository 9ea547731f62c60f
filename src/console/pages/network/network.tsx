/** The first line answers: am I connected, can others reach me, and if not, why not. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Page, Peer, Status } from '../../../node/api/schemas.ts';
import { desk, sheet } from '../../desk.ts';
import { duration, number } from '../../format.ts';
import { Lamp, lampOf } from '../../frame/marks.tsx';
import { messageHistory, rateHistory, recordPeers } from '../../history.ts';
import { useStatus, useTitle } from '../../hooks.ts';
import { Ask } from '../../parts/ask.tsx';
import { Chart } from '../../parts/chart.tsx';
import { Choices } from '../../parts/choices.tsx';
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
			{open === 'add-peer' && <AddPeer networks={status.networks.map(({ network }) => network)} />}
		</>
	);
}

type Network = Status['networks'][number];

function Standing({ status }: { status: Status }) {
	const up = duration((status.now - status.startedAt) / 1000);
	const { networks } = status;
	if (networks.length === 0)
		return (
			<section className={css.standing} aria-label={words.reachable.apart}>
				<p className={css.answer}>
					<Lamp state="apart" />
					<span>{words.network.apart}</span>
				</p>
			</section>
		);
	return (
		<div className={css.standings}>
			{networks.map((network) => (
				<InNetwork key={network.network} network={network} up={up} />
			))}
		</div>
	);
}

function InNetwork({ network, up }: { network: Network; up: string }) {
	const lamp = lampOf(network);
	const { network: name, ultrapeers, leaves, servers, known, listen, reachable, why } = network;
	const { facts, connected, apart, ids, reach, role } = words.network;
	const hasServers = network.role === 'client';
	const sentence =
		lamp === 'apart'
			? apart
			: `${connected(role[network.role], ultrapeers, servers)} ${(hasServers ? ids : reach)[reachable]}`;
	return (
		<section className={css.standing} aria-label={`${words.networks[name]}: ${words.reachable[lamp]}`}>
			<h2 className={css.networkName}>{words.networks[name]}</h2>
			<p className={css.answer}>
				<Lamp state={lamp} />
				<span>{sentence}</span>
			</p>
			{(hasServers || lamp !== 'yes') && <p className={css.why}>{why}</p>}
			<Facts
				facts={[
					...(hasServers
						? ([[facts.serversKnown, number(known)]] as const)
						: ([
								[facts.ultrapeers, number(ultrapeers)],
								[facts.leaves, number(leaves)],
								[facts.known, number(known)],
							] as const)),
					[facts.listen, listen],
					[facts.up, up],
				]}
			/>
		</section>
	);
}

/** A peer to dial, or a server: which, depends on the network. */
function AddPeer({ networks }: { networks: readonly Network['network'][] }) {
	const [network, setNetwork] = useState(networks[0] ?? 'gnutella');
	return (
		<Ask
			title={words.network.addTitle}
			field={words.network.address}
			hint={words.network.addressHint[network]}
			submit={words.actions.addPeer}
			onSubmit={async (address) => {
				await desk.call('POST', 'peers', { address, network });
				desk.say(network === 'edonkey' ? words.done.server(address) : words.done.peer(address));
			}}
		>
			{networks.length > 1 && (
				<Choices<Network['network']>
					label={words.network.addTo}
					value={network}
					choices={networks.map((value) => ({ value, label: words.network.addKind[value] }))}
					onChange={setNetwork}
				/>
			)}
		</Ask>
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
