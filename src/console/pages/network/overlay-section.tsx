import { useMediaQuery } from '@mantine/hooks';
import { lazy, Suspense, useMemo } from 'react';
import type { Overlay } from '../../../node/api/schemas.ts';
import { useBeat, useFetched } from '../../hooks.ts';
import { useParam } from '../../location.ts';
import { Choices } from '../../parts/choices.tsx';
import { Section } from '../../parts/facts.tsx';
import { Empty, Loading } from '../../table/states.tsx';
import { phone } from '../../table/use-open.ts';
import { words } from '../../words.ts';
import { neighboursOf } from './layout.ts';
import css from './network.module.css';

const Picture = lazy(() => import('./picture.tsx'));
type Twin = 'picture' | 'table';

/** The neighbourhood as a picture and as a table with the same content; a phone starts with the table. */
export function OverlaySection() {
	const narrow = useMediaQuery(phone, matchMedia(phone).matches);
	const [view, setView] = useParam('view');
	const { value } = useFetched<Overlay>('overlay', useBeat(5));
	const overlay = useStable(value);
	const shown: Twin = view === 'picture' || view === 'table' ? view : narrow ? 'table' : 'picture';
	const choices = (
		<Choices<Twin>
			label={words.network.overlay}
			value={shown}
			choices={[
				{ value: 'picture', label: words.network.picture },
				{ value: 'table', label: words.network.table },
			]}
			onChange={setView}
		/>
	);
	return (
		<div className={css.overlay}>
			<Section title={words.network.overlay} aside={choices}>
				{overlay?.nodes.length === 0 && <Empty title={words.network.overlayEmpty} />}
				{overlay !== undefined && overlay.nodes.length > 0 && shown === 'picture' && (
					<Suspense fallback={<Loading />}>
						<Picture overlay={overlay} />
					</Suspense>
				)}
				{overlay !== undefined && overlay.nodes.length > 0 && shown === 'table' && (
					<Twins overlay={overlay} />
				)}
				<Legend />
			</Section>
		</div>
	);
}

/** The same object while the content is the same: the picture is not drawn anew for nothing. */
function useStable(value: Overlay | undefined): Overlay | undefined {
	const text = value === undefined ? undefined : JSON.stringify(value);
	return useMemo(() => (text === undefined ? undefined : (JSON.parse(text) as Overlay)), [text]);
}

function Legend() {
	return (
		<ul className={css.legend}>
			{Object.entries(words.network.roles).map(([role, label]) => (
				<li key={role} data-role={role}>
					<span className={css.dot} />
					{label}
				</li>
			))}
		</ul>
	);
}

function Twins({ overlay }: { overlay: Overlay }) {
	const { overlayColumns: titles, roles } = words.network;
	const neighbours = neighboursOf(overlay);
	const labels = new Map(overlay.nodes.map((node) => [node.id, node.label]));
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard
		<div className={css.twins} tabIndex={0}>
			<table>
				<thead>
					<tr>
						<th scope="col">{titles.node}</th>
						<th scope="col">{titles.role}</th>
						<th scope="col">{titles.neighbours}</th>
					</tr>
				</thead>
				<tbody>
					{overlay.nodes.map((node) => (
						<tr key={node.id}>
							<th scope="row">{node.label}</th>
							<td>{roles[node.role]}</td>
							<td>
								{neighbours
									.get(node.id)
									?.map((id) => labels.get(id))
									.join(', ')}
							</td>
						</tr>
					))}
				</tbody>
			</table>
		</div>
	);
}
