/** The overlay drawn by sigma; loaded only when it is looked at. */
import { useComputedColorScheme } from '@mantine/core';
import { UndirectedGraph } from 'graphology';
import { useEffect, useRef, useState } from 'react';
import { Sigma } from 'sigma';
import type { Overlay } from '../../../node/api/schemas.ts';
import { words } from '../../words.ts';
import { place } from './layout.ts';
import css from './network.module.css';

const sizes = { self: 11, ultrapeer: 9, leaf: 5, seed: 6, server: 9, client: 5 };
const colours = {
	self: '--copper',
	ultrapeer: '--chart-b',
	leaf: '--ink-dim',
	seed: '--blue',
	server: '--violet',
	client: '--ink-dim',
};

function token(name: string): string {
	return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function graphOf(overlay: Overlay): UndirectedGraph {
	const graph = new UndirectedGraph();
	for (const { id, label, role, x, y } of place(overlay)) {
		const name = role === 'self' ? words.network.roles.self : label;
		graph.addNode(id, { x, y, label: name, size: sizes[role], color: token(colours[role]) });
	}
	for (const { from, to } of overlay.edges) {
		if (graph.hasNode(from) && graph.hasNode(to) && from !== to) graph.mergeEdge(from, to);
	}
	return graph;
}

function draw(box: HTMLElement, overlay: Overlay): Sigma {
	return new Sigma(graphOf(overlay), box, {
		allowInvalidContainer: true,
		defaultEdgeColor: token('--line-strong'),
		labelColor: { color: token('--ink') },
		labelFont: getComputedStyle(document.body).fontFamily,
		labelSize: 12,
		labelRenderedSizeThreshold: 4,
		labelDensity: 4,
		labelGridCellSize: 60,
		stagePadding: 40,
		minCameraRatio: 0.2,
		maxCameraRatio: 3,
	});
}

export default function Picture({ overlay }: { overlay: Overlay }) {
	const box = useRef<HTMLDivElement>(null);
	const scheme = useComputedColorScheme();
	const [failed, setFailed] = useState(false);
	// biome-ignore lint/correctness/useExhaustiveDependencies: the colours are read again with each scheme
	useEffect(() => {
		if (box.current === null) return;
		let sigma: Sigma;
		try {
			sigma = draw(box.current, overlay);
		} catch {
			setFailed(true);
			return;
		}
		return () => sigma.kill();
	}, [overlay, scheme]);
	if (failed) return <p className={css.noPicture}>{words.network.noPicture}</p>;
	const label = words.network.pictureLabel(overlay.nodes.length, overlay.edges.length);
	return <div ref={box} className={css.picture} role="img" aria-label={label} />;
}
