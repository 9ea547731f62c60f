/** The bytes of a file as a strip: missing, here, proven, and where sources give now. Height tells what colour tells. */
import type { TransferDetail } from '../../../node/api/schemas.ts';
import { words } from '../../words.ts';
import css from './transfers.module.css';

const height = 26;

export function PieceMap({ detail }: { detail: TransferDetail }) {
	const size = detail.size ?? 0;
	if (size === 0) return null;
	const giving = detail.sourceList.filter(({ at, to }) => at !== undefined && to !== undefined);
	const label = words.transferDetails.map(
		sum(detail.here) / size,
		sum(detail.verified) / size,
		giving.length,
	);
	return (
		<>
			<svg
				className={css.map}
				viewBox={`0 0 1000 ${height}`}
				preserveAspectRatio="none"
				role="img"
				aria-label={label}
			>
				<rect className={css.mapMissing} x={0} y={0} width={1000} height={height} />
				<Spans flat={detail.here} size={size} className={css.mapHere} y={height / 2} />
				<Spans flat={detail.verified} size={size} className={css.mapProven} y={0} />
				{giving.map(({ number, at, to }) => (
					<Spans
						key={number}
						flat={[at!, Math.max(to!, at!)]}
						size={size}
						className={css.mapGiving}
						y={height - 4}
					/>
				))}
			</svg>
			<p>{label}</p>
		</>
	);
}

interface SpansProps {
	flat: readonly number[];
	size: number;
	className: string | undefined;
	y: number;
}

function Spans({ flat, size, className, y }: SpansProps) {
	const pairs = Array.from({ length: flat.length / 2 }, (_, i) => [flat[i * 2]!, flat[i * 2 + 1]!] as const);
	return pairs.map(([from, to]) => (
		<rect
			key={from}
			className={className}
			x={(from / size) * 1000}
			y={y}
			width={Math.max(1, ((to - from) / size) * 1000)}
			height={height - y}
		/>
	));
}

function sum(flat: readonly number[]): number {
	return flat.reduce((total, edge, i) => total + (i % 2 === 0 ? -edge : edge), 0);
}
