/** Figures of a server for Prometheus, at an address of their own: nothing else is answered there. */
import type { Server } from 'node:http';
import type { ServerFigures as EdonkeyFigures } from '../networks/edonkey/server/operator.ts';
import type { SupernodeFigures } from '../networks/fasttrack/operator.ts';
import type { ServerFigures as OpenNapFigures } from '../networks/opennap/server/operator.ts';
import type { Address } from '../world/world.ts';

const about: Record<keyof EdonkeyFigures | keyof OpenNapFigures | keyof SupernodeFigures, string> = {
	users: 'Sessions of clients',
	lowIds: 'Clients that cannot be dialled',
	checking: 'Clients that are being dialled',
	files: 'Files that somebody here has',
	sources: 'Files counted for each client that has them',
	words: 'Different words in names',
	indexBytes: 'Bytes that the index holds',
	logins: 'Logins since the start',
	offered: 'Files offered since the start',
	searches: 'Searches since the start, by TCP',
	datagrams: 'Datagrams looked at since the start',
	datagramsHeld: 'Datagrams not looked at, as no more may be sent to their address',
	datagramsSealed: 'Datagrams that used the key of their address since the start',
	sealed: 'Sessions over obfuscated links since the start',
	datagramBytesIn: 'Bytes of datagrams that came since the start',
	datagramBytesOut: 'Bytes of datagrams answered since the start',
	datagramBytesUnproven: 'Bytes of these to addresses that nobody has proven to be his',
	gigabytes: 'Gigabytes of all files together',
	accounts: 'Nicks with a password',
	bans: 'Hosts that stay out',
	neighbours: 'Super-nodes that are linked with it',
	passedOn: 'Searches that neighbours are being asked',
	neighbourSearches: 'Searches of neighbours since the start',
};

export async function serveMetrics(
	at: Address,
	figures: () => EdonkeyFigures | OpenNapFigures | SupernodeFigures,
): Promise<Server> {
	const [{ collectDefaultMetrics, Gauge, Registry }, { createServer }] = await Promise.all([
		import('prom-client'),
		import('node:http'),
	]);
	const registry = new Registry();
	collectDefaultMetrics({ register: registry });
	for (const name of Object.keys(figures()) as (keyof typeof about)[]) {
		const help = about[name];
		const spelled = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
		new Gauge({
			name: `sallyport_server_${spelled}`,
			help,
			registers: [registry],
			collect() {
				this.set(({ ...figures() } as Record<string, number>)[name] ?? 0);
			},
		});
	}
	const server = createServer((request, response) => {
		if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end();
		registry.metrics().then(
			(text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
			() => response.writeHead(500).end(),
		);
	});
	await new Promise<void>((listening, failed) => {
		server.once('error', failed);
		server.listen(at.port, at.host, listening);
	});
	return server;
}
