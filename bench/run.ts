/**
 * `npm run bench [-- NAME...]`: medians, lowest and highest of several runs, beside gtk-gnutella where
 * SALLYPORT_BENCH_GTKG names its start script (gtkg.ts). docs/benchmarks.md has the figures and the bars.
 */
import { cpus } from 'node:os';
import { acting } from './acting.ts';
import { catalogue } from './catalogue.ts';
import { ed2kServer } from './ed2k-server.ts';
import { flood } from './flood.ts';
import { greetings } from './greetings.ts';
import { moveInside } from './gtkg.ts';
import { guard, guardStart } from './guard.ts';
import { guardedAmuled } from './guarded-amuled.ts';
import { guardedNode } from './guarded-node.ts';
import { handshakes } from './handshakes.ts';
import { hashes } from './hashes.ts';
import { lab, labMillion, labProtocol, labProtocolLarge } from './lab.ts';
import { memory } from './memory.ts';
import { opennapServer } from './opennap-server.ts';
import { pieces } from './pieces.ts';
import { queries } from './queries.ts';
import { sealing } from './sealing.ts';
import { serving } from './serving.ts';
import { shares } from './shares.ts';
import { start } from './starts.ts';
import { swarm } from './swarm.ts';
import { uploads } from './upload.ts';
import { watch } from './watch.ts';
import { watchPage } from './watch-page.ts';

const benches: Record<string, () => Promise<void> | void> = {
	queries,
	handshakes,
	upload: uploads,
	serving,
	memory,
	pieces,
	hashes,
	shares,
	swarm,
	start,
	watch,
	acting,
	flood,
	greetings,
	'watch-page': watchPage,
	catalogue,
	'ed2k-server': ed2kServer,
	sealing,
	'opennap-server': opennapServer,
	lab,
	'lab-million': labMillion,
	'lab-protocol': labProtocol,
	'lab-protocol-large': labProtocolLarge,
	guard,
	'guard-start': guardStart,
	'guarded-node': guardedNode,
	'guarded-amuled': guardedAmuled,
};
const wanted = process.argv.slice(2);
for (const name of wanted) {
	if (Object.hasOwn(benches, name)) continue;
	console.error(`no bench is called ${name}; there are: ${Object.keys(benches).join(', ')}`);
	process.exit(2);
}
const status = await moveInside();
if (status !== undefined) process.exit(status);
console.log(
	`Node.js ${process.version}, ${cpus().length} cores (${cpus()[0]?.model}), ${new Date().toISOString()}`,
);
for (const [name, run] of Object.entries(benches))
	if (wanted.length === 0 || wanted.includes(name)) await run();
process.exit(0);
