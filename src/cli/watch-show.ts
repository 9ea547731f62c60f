import type { HostScore } from '../watch/recognise/hosts.ts';
import type { Summary, Watch } from '../watch/watch.ts';
import type { Context } from './context.ts';
import { count, print, printJson, printTable, size } from './print.ts';

/** What was seen, when all has ended: networks, hosts, the sum of it. */
export function show(context: Context, summary: Summary, watch: Watch, hosts: HostScore[] | undefined): void {
	if (context.json) {
		showHosts(context, hosts);
		printJson(summary);
		return;
	}
	const networks = [...watch.totals.networks].sort(([, one], [, other]) => other.flows - one.flows);
	if (networks.length > 0) {
		printTable(
			['network', 'flows', 'moved', 'known by', 'programs'],
			networks.map(([network, sum]) => [
				network,
				String(sum.flows),
				size(sum.bytes),
				Object.entries(sum.by)
					.map(([by, flows]) => `${by} ${flows}`)
					.join(', '),
				[...sum.labels]
					.sort(([, one], [, other]) => other - one)
					.slice(0, 3)
					.map(([label]) => label)
					.join(', '),
			]),
		);
		print('');
		const top = watch.totals.hosts.sort((one, other) => other.bytes - one.bytes).slice(0, 10);
		printTable(
			['host', 'p2p flows', 'moved', 'networks'],
			top.map((host) => [host.address, String(host.flows), size(host.bytes), host.networks.join(', ')]),
		);
		print('');
	}
	showHosts(context, hosts);
	const odd = Object.entries(summary.odd).map(([what, packets]) => `${packets} ${what}`);
	print(
		`${count(summary.packets, 'packet')}, ${count(summary.flows, 'flow')}, ${summary.p2p.flows} of them peer-to-peer` +
			`${odd.length === 0 ? '' : `; in no flow: ${odd.join(', ')}`}.`,
	);
	if (summary.evicted > 0) print(`${count(summary.evicted, 'flow')} ended early: the table was full.`);
	if (summary.dropped > 0) print(`The kernel dropped ${count(summary.dropped, 'packet')}.`);
	if (summary.damage !== undefined) print(summary.damage);
}

export function showHosts({ json }: Context, hosts: readonly HostScore[] | undefined): void {
	if (hosts === undefined) return;
	if (json) {
		for (const host of hosts) printJson({ event_type: 'host', ...host });
		return;
	}
	printTable(
		['score', 'host', 'peers', 'flows', 'because'],
		hosts
			.filter(({ score }) => score > 0)
			.map((one) => [
				String(one.score),
				one.address,
				String(one.peers),
				String(one.flows),
				Object.entries(one.parts)
					.filter(([, part]) => part > 0)
					.map(([name, part]) => `${name} ${part}`)
					.join(', '),
			]),
	);
	print('');
}
