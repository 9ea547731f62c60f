/** Canned rows for the page's tests: a practice neighbourhood in the middle of its day. */
import type {
	EvidenceRow,
	Folder,
	LibraryFile,
	Overlay,
	Peer,
	Result,
	Status,
	Transfer,
	Upload,
} from '../../src/node/api/schemas.ts';

export const started = Date.now() - 4 * 60_000;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function sha1Of(seed: number): string {
	return Array.from({ length: 32 }, (_, at) => base32[(seed * 7 + at * 13 + at * at) % 32]).join('');
}

export function status(): Status {
	return {
		version: '0.1.0',
		scope: 'practice',
		offers: ['node', 'watch'],
		startedAt: started,
		now: Date.now(),
		guid: '7c3f1e0a9b2d4c5e8f6a7b8c9d0eff00',
		listen: '127.0.0.1:6346',
		networks: [
			{
				network: 'gnutella',
				role: 'leaf',
				ultrapeers: 3,
				leaves: 0,
				servers: 0,
				known: 11,
				listen: '127.0.0.1:6346',
				reachable: 'yes',
				why: 'Three ultrapeers answered, and one of them dialled back.',
			},
			{
				network: 'edonkey',
				role: 'client',
				ultrapeers: 0,
				leaves: 0,
				servers: 1,
				known: 4,
				listen: '127.0.0.1:4662',
				reachable: 'no',
				why: 'Connected to the server 127.0.0.8:4661 with a LowID: the server could not dial this node back. Let TCP port 4662 through.',
			},
		],
		shared: { files: 46, bytes: 38_214_004, hashing: 0 },
		rates: { down: 1_240_000, up: 86_000 },
		counts: { searches: 0, active: 3, evidence: 41 },
	};
}

const titles: readonly [string, number, Transfer['state'], string][] = [
	['debian-12.9.0-amd64-netinst.iso', 662_700_032, 'fetching', 'Fetching from 4 sources.'],
	['vyncke-p2p-security-slides.pdf', 2_411_724, 'fetching', 'Fetching from 127.0.0.4, 127.0.0.7 is next.'],
	[
		'field-recording-dawn.ogg',
		18_240_113,
		'waiting',
		'Place 14 in the queue of 127.0.0.5; next try in 40 s.',
	],
	['castle-plans.tar.gz', 91_202_560, 'paused', 'Paused by you.'],
	['sally-port-photograph.jpg', 3_120_448, 'complete', 'Complete and verified.'],
	['old-maps.zip', 48_100_200, 'failed', 'All 3 sources are gone. It tries again when one comes back.'],
	['lecture-notes.txt', 48_221, 'complete', 'Complete and verified.'],
	['garden.mp4', 412_300_910, 'wanted', 'Asking for sources.'],
];

export function transfers(count: number): Transfer[] {
	const rows: Transfer[] = [];
	for (let id = 1; id <= count; id++) {
		const [title, size, state, why] = titles[(id - 1) % titles.length]!;
		const name = id <= titles.length ? title : `file-${String(id - 1).padStart(6, '0')}.bin`;
		const parts = { fetching: 0.42, waiting: 0.18, paused: 0.66, complete: 1, failed: 0.31 } as Record<
			string,
			number
		>;
		const done = Math.round(size * (parts[state] ?? 0));
		rows.push({
			id,
			name,
			size,
			sha1: sha1Of(id),
			state,
			why,
			done,
			rate: state === 'fetching' ? 1_150_000 - (id % 7) * 90_000 : 0,
			eta: state === 'fetching' ? Math.round((size - done) / 1_150_000) : null,
			nextTryAt: state === 'waiting' ? started + 40_000 : null,
			sources: (id * 5) % 9,
			giving: state === 'fetching' ? (id * 5) % 4 : 0,
			priority: 0,
			findings: [],
			verdict: 'ok',
			createdAt: started - id * 1000,
			endedAt: state === 'complete' ? started : null,
			...(state === 'complete' && { path: `/home/you/Sallyport/${name}` }),
		});
	}
	return rows;
}

export function uploads(): Upload[] {
	const running = [1, 2].map((id) => ({
		id,
		state: 'sending' as const,
		name: ['old-town-walls.webp', 'sally-port-lecture.ogg'][id - 1]!,
		peer: `127.0.0.${id + 3}:6346`,
		agent: 'Sallyport/0.1.0',
		from: 0,
		to: 8_400_000 * id,
		done: 2_600_000 * id,
		rate: 43_000 * id,
		startedAt: started + 60_000 * id,
	}));
	const waiting = {
		...{
			id: 3,
			state: 'queued' as const,
			position: 1,
			name: 'sally-port-lecture.ogg',
			peer: '127.0.0.9:6346',
		},
		...{ agent: 'gtk-gnutella/1.2.2', from: 0, to: 16_800_000, done: 0, rate: 0, startedAt: started },
	};
	return [...running, waiting];
}

export function peers(): Peer[] {
	return Array.from({ length: 5 }, (_, at) => ({
		id: at + 1,
		network: 'gnutella',
		address: `127.0.0.${at + 2}:6346`,
		direction: at < 3 ? 'out' : 'in',
		role: at < 3 ? 'ultrapeer' : 'leaf',
		state: at === 4 ? 'connecting' : 'connected',
		agent: at === 2 ? 'gtk-gnutella/1.2.2' : 'Sallyport/0.1.0',
		since: started + at * 1_500,
		compressed: at % 2 === 0,
		in: { messages: 12_400 - at * 2_100, bytes: 1_803_224 - at * 300_000 },
		out: { messages: 3_100 + at * 90, bytes: 402_118 },
		refused: at === 1 ? 38 : 0,
		queued: 0,
	}));
}

export function folders(): Folder[] {
	return [
		{
			id: 1,
			path: '/home/you/Share/talks',
			files: 34,
			bytes: 30_114_004,
			hashing: 0,
			leftOut: [
				{ path: '.drafts/', reason: 'Hidden files and folders are never shared.' },
				{ path: 'setup.exe', reason: 'It is a program: programs are not shared.' },
				{ path: 'mail.mbox', reason: 'It looks like mail.' },
			],
			leftOutCount: 14,
			scannedAt: started,
		},
		{
			id: 2,
			path: '/home/you/Share/music',
			files: 12,
			bytes: 8_100_000,
			hashing: 5,
			leftOut: [],
			leftOutCount: 0,
			scannedAt: started + 10_000,
		},
	];
}

export function files(): LibraryFile[] {
	const endings = ['pdf', 'ogg', 'jpg', 'txt', 'webm'];
	return Array.from({ length: 46 }, (_, at) => ({
		id: at + 1,
		name: `${['wall', 'gate', 'tower', 'moat', 'keep'][at % 5]}-${String(at + 1).padStart(2, '0')}.${endings[at % 5]}`,
		path: `${at % 2 === 0 ? 'talks' : 'music'}/${2003 + (at % 9)}`,
		folder: (at % 2) + 1,
		size: 40_000 + at * at * 9_700,
		modified: started - at * 86_400_000,
		requests: (at * 3) % 11,
		served: ((at * 3) % 11) * 40_000,
		...(at < 41 && { sha1: sha1Of(at + 500) }),
	}));
}

export function evidence(): EvidenceRow[] {
	const kinds: readonly (readonly [string, string, string, string])[] = [
		[
			'gnutella.hit.every-query',
			'Answers everything',
			'The same small file was offered for many different searches: the habit of a worm. The answer was refused.',
			'14 kB, 212 searches',
		],
		[
			'gnutella.header.oversized',
			'Oversized message',
			'A message claimed to be longer than any message may be. The connection was closed.',
			'length 2,147,483,647',
		],
		[
			'gnutella.query.repeated',
			'Repeated query',
			'The same query came again within a few seconds. It was dropped and not passed on.',
			'9 in 4 s',
		],
	];
	return Array.from({ length: 41 }, (_, at) => {
		const [code, short, sentence, detail] = kinds[at % 3]!;
		return {
			id: 41 - at,
			at: Date.now() - at * 17_000 - 4_000,
			code,
			short,
			sentence,
			fault: 'peer',
			subject: `127.0.0.${3 + (at % 4)}:6346`,
			detail,
			count: at % 5 === 0 ? 38 - at / 5 : 1,
		};
	});
}

export function overlay(): Overlay {
	const ultrapeers = [2, 3, 4].map((at) => ({
		id: `127.0.0.${at}:6346`,
		label: `127.0.0.${at}`,
		role: 'ultrapeer' as const,
	}));
	const leaves = [5, 6, 7, 8, 9, 10].map((at) => ({
		id: `127.0.0.${at}:6346`,
		label: `127.0.0.${at}`,
		role: 'leaf' as const,
	}));
	const self = { id: 'self', label: '127.0.0.1', role: 'self' as const };
	const seed = { id: 'seed', label: '127.0.0.11', role: 'seed' as const };
	const between = [
		{ from: ultrapeers[0]!.id, to: ultrapeers[1]!.id },
		{ from: ultrapeers[1]!.id, to: ultrapeers[2]!.id },
		{ from: ultrapeers[0]!.id, to: ultrapeers[2]!.id },
	];
	return {
		nodes: [self, seed, ...ultrapeers, ...leaves],
		edges: [
			...between,
			...ultrapeers.map(({ id }) => ({ from: 'self', to: id })),
			...leaves.map(({ id }, at) => ({ from: id, to: ultrapeers[at % 3]!.id })),
			{ from: seed.id, to: ultrapeers[0]!.id },
		],
	};
}

/** Answers to a search: most are fine, one is doubtful, seven are what a worm answers. */
export function results(words: string): Result[] {
	if (words.includes('nothing')) return [];
	const stem = words.replaceAll(' ', '-');
	return Array.from({ length: 41 }, (_, at) => {
		const verdict =
			at % 6 === 4 ? ('refused' as const) : at === 7 ? ('suspicious' as const) : ('ok' as const);
		const ending = verdict === 'ok' ? ['pdf', 'ogg', 'iso', 'txt', 'jpg'][at % 5] : 'vbs';
		const sourceCount = verdict === 'ok' ? 1 + ((at * 7) % 14) : 380 + at;
		return {
			id: at + 1,
			name: `${stem}-${String(at + 1).padStart(2, '0')}.${ending}`,
			otherNames: at % 4 === 0 && verdict === 'ok' ? [`${words}.${ending}`, `${stem}_final.${ending}`] : [],
			size: verdict === 'ok' ? 120_000 + at * at * 410_000 : 14_336,
			...(verdict === 'ok' && { sha1: sha1Of(at + 100) }),
			verdict,
			reasons: verdict === 'ok' ? [] : ['Answers everything', 'Program named as a document'],
			sources: Array.from({ length: Math.min(sourceCount, 12) }, (_unused, source) => ({
				network: at % 5 === 1 && source === 1 ? ('edonkey' as const) : ('gnutella' as const),
				host: `127.0.0.${source + 2}`,
				port: 6346,
				id: '00'.repeat(16),
				agent: 'Sallyport/0.1.0',
				firewalled: source === 3,
			})),
			sourceCount,
			have: at === 3,
			firstAt: Date.now(),
		};
	});
}
