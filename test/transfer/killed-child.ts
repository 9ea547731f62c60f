/**
 * A process that downloads one file from a source in its own memory, and says on stdout what it
 * acknowledges: `wanted ID`, `kept ID BYTES`, `done BYTES`, `complete PATH`. Made to be killed: its source
 * falls silent after 4 MiB, so that however late the kill comes, it comes midway. Arguments: home, size.
 */
import { systemClock } from '../../src/node/clock.ts';
import { Home } from '../../src/node/home.ts';
import { Store } from '../../src/node/store.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import { contentOf, sha1Of, sourceOf } from './bench.ts';

const [path, size] = process.argv.slice(2);
const content = contentOf(Number(size));
const home = new Home(path, Date.now());
const store = new Store(home.storePath);
const chunk = 32 * 1024;
const atOnce = 4 << 20;

const downloads: Downloads = new Downloads({
	records: store.transfers,
	clock: systemClock,
	incomplete: home.incomplete,
	quarantine: home.quarantine,
	downloads: home.downloads,
	inspect: async () => ({ verdict: 'ok', findings: [], scanners: [], why: '' }),
	poisoned: () => {},
	fetch: ({ fetch, from }) => {
		setImmediate(() => {
			const head = {
				status: 206,
				from,
				to: content.length,
				size: content.length,
				agent: 'Test/1',
				alternates: [],
			};
			downloads.onFetchHead(fetch, 1, head);
			send(fetch, from, from + atOnce);
		});
	},
	cancelFetch: () => {},
	pause: () => {},
	findSources: () => {},
	notice: (record) => say(`notice ${record.code}`),
});

function send(fetch: number, at: number, end: number): void {
	if (at >= content.length) downloads.onFetchEnd(fetch, '');
	else if (at < end) {
		downloads.onFetchBody(fetch, content.subarray(at, at + chunk));
		setImmediate(() => send(fetch, at + chunk, end));
	}
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

let said = downloads.list()[0]?.done ?? 0;
downloads.onChange((id) => {
	const view = downloads.get(id);
	if (view === undefined) return;
	if (view.done !== said) say(`done ${(said = view.done)}`);
	if (view.state === 'complete') say(`complete ${view.path}`);
});

for (const view of downloads.list()) say(`kept ${view.id} ${view.done}`);
downloads.start();
if (downloads.list().length === 0) {
	say(`wanted ${await downloads.want({ name: 'film.ogv', sha1: sha1Of(content), sources: [sourceOf(1)] })}`);
}
setInterval(() => {}, 1000);
