import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Transfer, Want } from '../node/api/schemas.ts';
import { homePath } from '../node/home.ts';
import { type Client, findApi } from './client.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { count, print, printable, printJson, size } from './print.ts';

/** Milliseconds between two looks: short at first, since a small file is there at once. */
const looks = [20, 50, 100];
const laterLooks = 250;
/** Without --wait: so long may nobody who has the file answer. */
const patience = 15_000;

/**
 * `sallyport get URN|LINK|HIT`: orders the file and follows the transfer. The transfer belongs to the
 * node: it goes on when this command is stopped, or gives up because nobody who has the file answers.
 */
export async function run(context: Context, [what]: readonly string[]): Promise<number> {
	const api = findApi(context);
	const out = context.options['out'] as string | undefined;
	const want: Want = { ...wantOf(what!), ...(out === undefined ? {} : { out: resolve(out) }) };
	const { id, bringTo } = await order(api, want);
	const fetched = await follow(api, id, context);
	const transfer = await inPlace(fetched, homePath(context.home), bringTo);
	if (context.json) printJson(jsonOf(transfer));
	else print(lineOf(transfer));
	if (transfer.state === 'complete') return 0;
	if (transfer.state === 'quarantined') {
		const found = transfer.findings.map(({ short }) => short).join(', ');
		throw new CommandFailed(
			`${printable(transfer.why)} Found: ${printable(found)}. Release or delete it: sallyport transfers --release ${id}`,
			3,
		);
	}
	const goesOn = ['failed', 'cancelled'].includes(transfer.state)
		? ''
		: ' The node goes on with it: sallyport transfers';
	throw new CommandFailed(`${printable(transfer.why)}${goesOn}`);
}

/** A guarded node does not see the folder: the file goes to its home first. */
async function order(api: Client, want: Want): Promise<{ id: number; bringTo?: string }> {
	try {
		const { id } = await api.post<Transfer>('transfers', want);
		return { id };
	} catch (error) {
		const { out, ...rest } = want;
		if (!(error instanceof CommandFailed) || error.code !== 'guarded' || out === undefined) throw error;
		const { id } = await api.post<Transfer>('transfers', rest);
		return { id, bringTo: out };
	}
}

async function inPlace(transfer: Transfer, home: string, out: string | undefined): Promise<Transfer> {
	if (out === undefined || transfer.state !== 'complete' || transfer.path === undefined) return transfer;
	const { bring } = await import('./bring.ts');
	return { ...transfer, path: await bring(transfer.path, home, out) };
}

function wantOf(what: string): Want {
	if (what.startsWith('{')) {
		try {
			return { hit: JSON.parse(what) };
		} catch {
			throw new UsageError('The hit is not a line of JSON as "sallyport search --json" prints it.');
		}
	}
	if (/^urn:/i.test(what)) return { urn: what };
	if (/^(magnet:|http:\/\/|ed2k:\/\/)/i.test(what)) return { link: what };
	if (/^[a-z2-7]{32}$/i.test(what)) return { urn: `urn:sha1:${what}` };
	throw new UsageError(
		`"${what}" is neither a urn (urn:sha1:...), a link (magnet:, http: or ed2k:), nor a hit.`,
	);
}

/** Until it is over, or stopped by the user, or has to wait for others and we are not told to. */
async function follow(api: Client, id: number, context: Context): Promise<Transfer> {
	const bar = process.stderr.isTTY && !context.json ? await makeBar() : undefined;
	let lastDone = -1;
	let movedAt = performance.now();
	for (let look = 0; ; look++) {
		const transfer = await api.get<Transfer>(`transfers/${id}`);
		bar?.show(transfer);
		const now = performance.now();
		if (transfer.done !== lastDone || ['verifying', 'inspecting'].includes(transfer.state)) {
			lastDone = transfer.done;
			movedAt = now;
		}
		const stuck = !context.options['wait'] && now - movedAt > patience;
		if (isOver(transfer) || stuck || context.interrupted.aborted) {
			bar?.stop();
			return transfer;
		}
		await sleep(looks[look] ?? laterLooks, undefined, { signal: context.interrupted }).catch(() => {});
	}
}

function isOver({ state }: Transfer): boolean {
	return ['complete', 'failed', 'cancelled', 'paused', 'quarantined'].includes(state);
}

async function makeBar(): Promise<{ show(transfer: Transfer): void; stop(): void }> {
	const { default: progress } = await import('cli-progress');
	const bar = new progress.SingleBar({
		format: '{name} {bar} {percentage}%  {done} of {whole}  {rate}/s  {why}',
		hideCursor: true,
		clearOnComplete: true,
	});
	bar.start(1, 0, { name: '', done: '', whole: '', rate: '', why: '' });
	return {
		show({ name, done, size: whole, rate, state, why }) {
			if (whole !== null) bar.setTotal(whole);
			bar.update(done, {
				name: printable(name).slice(0, 30),
				done: size(done),
				whole: whole === null ? '?' : size(whole),
				rate: size(rate),
				why: state === 'fetching' ? '' : printable(why),
			});
		},
		stop: () => bar.stop(),
	};
}

/** State, path, bytes, urns, sources. */
function lineOf({ state, path, done, sha1, ed2k, fthash, kzhash, sources, verdict }: Transfer): string {
	const urns = [
		...(sha1 === undefined ? [] : [`urn:sha1:${sha1}`]),
		...(ed2k === undefined ? [] : [`urn:ed2k:${ed2k}`]),
		...(fthash === undefined || kzhash !== undefined ? [] : [`urn:fthash:${fthash}`]),
		...(kzhash === undefined ? [] : [`urn:kzhash:${kzhash}`]),
	];
	const said = verdict === 'unverified' ? `${state}, unverified` : state;
	return [said, path ?? '-', String(done), urns.join(' ') || 'no urn', count(sources, 'source')].join('  ');
}

function jsonOf({
	state,
	path,
	done,
	size: whole,
	sha1,
	tth,
	ed2k,
	fthash,
	kzhash,
	sources,
	verdict,
}: Transfer): object {
	return {
		state,
		...(path === undefined ? {} : { path }),
		size: state === 'complete' ? (whole ?? done) : done,
		...(sha1 === undefined ? {} : { sha1 }),
		...(tth === undefined ? {} : { tth }),
		...(ed2k === undefined ? {} : { ed2k }),
		...(fthash === undefined ? {} : { fthash }),
		...(kzhash === undefined ? {} : { kzhash }),
		sources,
		verdict,
	};
}
