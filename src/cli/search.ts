import type { Hit, Search } from '../node/api/schemas.ts';
import { findApi } from './client.ts';
import { type Context, UsageError } from './context.ts';
import { count, print, printable, printJson, size } from './print.ts';

/** `sallyport search WORDS...`: a line a hit as it arrives. */
export async function run(context: Context, words: readonly string[]): Promise<number> {
	if (words.length === 1 && /^(ed2k:\/\/|magnet:|https?:\/\/)/i.test(words[0]!))
		throw new UsageError(
			`"${words[0]!.slice(0, 60)}" is no word to search for. Fetch it with: sallyport get`,
		);
	const api = findApi(context);
	const search = await api.post<Search>('searches', {
		words: words.join(' '),
		network: context.options['network'],
	});
	const time = AbortSignal.timeout((context.options['wait'] as number) * 1000);
	const over = AbortSignal.any([time, context.interrupted]);
	for await (const hit of api.lines<Hit>(`hits?search=${search.id}`, over)) {
		if (context.json) printJson(hit);
		else print(lineOf(hit));
	}
	const ended = await api.post<Search>(`searches/${search.id}/stop`);
	process.stderr.write(`${printable(summary(ended))}\n`);
	return 0;
}

/** Name, size, urns, source, network, verdict, reasons. */
function lineOf({
	name,
	size: bytes,
	sha1,
	tth,
	ed2k,
	fthash,
	source,
	network,
	verdict,
	reasons,
}: Hit): string {
	const urns = [
		...(sha1 === undefined ? [] : [`urn:sha1:${sha1}`]),
		...(tth === undefined ? [] : [`urn:tree:tiger:${tth}`]),
		...(ed2k === undefined ? [] : [`urn:ed2k:${ed2k}`]),
		...(fthash === undefined ? [] : [`urn:fthash:${fthash}`]),
	];
	const host = source.host.includes(':') ? `[${source.host}]` : source.host;
	return [
		name.padEnd(40),
		size(bytes).padStart(7),
		urns.join(' ') || 'no urn',
		`${host}:${source.port}`,
		network,
		verdict,
		reasons.join(', '),
	]
		.join('  ')
		.trimEnd();
}

function summary({ hits, results, refused, asked, why }: Search): string {
	const bad = refused === 0 ? '' : `, ${refused} refused`;
	const found = `${count(hits, 'hit')} on ${count(results, 'content')}${bad}`;
	// A search that still asks says so itself.
	return why.startsWith('asked') ? `${found}; ${why}` : `${found}; asked ${count(asked, 'peer')}, ${why}`;
}
