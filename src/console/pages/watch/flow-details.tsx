/** Why a flow is held to be what it is: the sentence, and the bytes that it speaks of. */
import { Button } from '@mantine/core';
import type { Analysis, WatchEvidence, WatchFlow } from '../../../node/api/watch-schemas.ts';
import { desk } from '../../desk.ts';
import { bytes, duration, number } from '../../format.ts';
import { useFetched } from '../../hooks.ts';
import { Facts } from '../../parts/facts.tsx';
import { exactly } from '../../terms.ts';
import { words } from '../../words.ts';
import { decidingBytes, hexLines, type Marked, shownOf } from './hex.ts';
import { Order } from './rules.tsx';
import css from './watch.module.css';

const { evidence: say } = words.watch;
const mostPackets = 6;

export function FlowDetails({ row, analysis }: { row: WatchFlow; analysis: Analysis }) {
	const { value, missing } = useFetched<WatchEvidence>(`watch/analyses/${analysis.id}/flows/${row.id}`, 0);
	return (
		<div className={css.details}>
			<p>{row.evidence === undefined ? say.nothing : `${row.network}, ${row.by}: ${row.evidence}`}</p>
			<Facts
				facts={[
					...(row.label === undefined ? [] : [[say.program, row.label] as const]),
					[say.state, row.state],
					[say.lasted, duration(row.seconds)],
					[say.ways, `${bytes(row.up)} / ${bytes(row.down)}`],
					[say.packetCount, number(row.packets)],
					...(value === undefined
						? []
						: [[say.community, <code key="id">{value.communityId}</code>] as const]),
				]}
			/>
			<p className={css.narrow}>
				{[row.source, row.destination].map((host) => (
					<Button key={host} size="xs" variant="default" onClick={() => desk.narrow(exactly('host', host))}>
						{words.watch.only} {host}
					</Button>
				))}
			</p>
			<Order flow={row} />
			<h3>{say.packets}</h3>
			{value === undefined ? (
				<p className={css.dim}>{missing ? say.missing : say.loading}</p>
			) : (
				<Packets found={value} kept={analysis.packetsKept} />
			)}
		</div>
	);
}

function Packets({ found: { flow, packets }, kept }: { found: WatchEvidence; kept: boolean }) {
	if (packets.length === 0) return <p className={css.dim}>{kept ? say.noPayload : say.noPackets}</p>;
	const mark = decidingBytes(flow.evidence, packets);
	return (
		<>
			{mark !== undefined && <p className={css.dim}>{say.decided}</p>}
			<ol className={css.packets}>
				{packets.slice(0, mostPackets).map((packet, place) => {
					const own = mark?.packet === place ? mark : undefined;
					const shown = shownOf(packet.hex, own);
					return (
						<li key={packet.at + packet.hex}>
							<p data-figure>
								{say.packet(place + 1, packet.fromOpener ? say.opener : say.answerer, packet.length)}
								{shown < packet.length && `, ${say.cut(shown)}`}
							</p>
							<Hex hex={packet.hex} mark={own} />
						</li>
					);
				})}
			</ol>
		</>
	);
}

function Hex({ hex, mark }: { hex: string; mark: Marked | undefined }) {
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
		<pre className={css.hex} tabIndex={0}>
			{hexLines(hex, mark).map(({ offset, parts, text }) => (
				<span key={offset}>
					<span className={css.dim}>{offset.toString(16).padStart(4, '0')} </span>
					{parts.map(({ hex, marked, at }) =>
						marked ? <mark key={at}>{hex}</mark> : <span key={at}>{hex}</span>,
					)}
					<span className={css.dim}> {text}</span>
					{'\n'}
				</span>
			))}
		</pre>
	);
}
