/** Figures for Prometheus. Made when somebody asks for the first time. */
import type { Status } from './schemas.ts';

export interface Metrics {
	readonly type: string;
	text(): Promise<string>;
}

export async function makeMetrics(status: () => Status): Promise<Metrics> {
	const { collectDefaultMetrics, Gauge, Registry } = await import('prom-client');
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	const figures: [string, string, (now: Status) => number][] = [
		[
			'peers_ultrapeers',
			'Ultrapeers that we are connected to',
			(now) => sum(now, ({ ultrapeers }) => ultrapeers),
		],
		['peers_leaves', 'Leaves that are connected to us', (now) => sum(now, ({ leaves }) => leaves)],
		['hosts_known', 'Hosts known that could be dialled', (now) => sum(now, ({ known }) => known)],
		['shared_files', 'Files shared', (now) => now.shared.files],
		['shared_bytes', 'Bytes of the files shared', (now) => now.shared.bytes],
		['hashing_files', 'Files that wait for their hash', (now) => now.shared.hashing],
		['down_bytes_per_second', 'Bytes a second that come in by downloads', (now) => now.rates.down],
		['up_bytes_per_second', 'Bytes a second that go out by uploads', (now) => now.rates.up],
		['transfers_active', 'Transfers that fetch', (now) => now.counts.active],
		['searches', 'Searches kept', (now) => now.counts.searches],
		['evidence_records', 'Records of evidence kept', (now) => now.counts.evidence],
	];
	for (const [name, help, value] of figures) {
		new Gauge({
			name: `sallyport_${name}`,
			help,
			registers: [registry],
			collect() {
				this.set(value(status()));
			},
		});
	}
	return { type: registry.contentType, text: () => registry.metrics() };
}

function sum(now: Status, figure: (network: Status['networks'][number]) => number): number {
	return now.networks.reduce((total, network) => total + figure(network), 0);
}
