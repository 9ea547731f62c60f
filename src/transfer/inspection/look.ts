/**
 * One look at a fetched file, in the order of what is cheap and sure: what its content is, what hides in
 * it, what lies in it if it is an archive, and last what others know of it. Runs in the worker
 * (inspection-worker.ts). After each step what was found so far is told, so that it counts even where
 * the rest fails or takes too long.
 */
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { fileTypeFromBuffer, fileTypeFromFile } from 'file-type';
import { Archive } from '../../defence/archive.ts';
import type { Content, Finding } from '../../defence/content.ts';
import { Disguised } from '../../defence/disguised.ts';
import { Executable } from '../../defence/executable.ts';
import { HostileMedia } from '../../defence/hostile-media.ts';
import { KnownBad, type ScannerAnswer } from '../../defence/known-bad.ts';
import { readArchive } from './archives.ts';
import { askClamd, type ClamdPlace } from './clamd.ts';
import { FileContent } from './file-content.ts';
import { hashList, sha1Of } from './hash-list.ts';
import { askYara, rulesIn } from './yara.ts';

export interface Look {
	readonly path: string;
	/** As the network called it. */
	readonly name: string;
	/** Of the file, where it is known. */
	readonly sha1?: Uint8Array | undefined;
	/** With the user's rules and lists. */
	readonly home?: string | undefined;
	readonly clamd?: ClamdPlace | undefined;
	/** Scanners that have answered before. */
	readonly reached: readonly string[];
	/** Names of defences that are switched off. */
	readonly off: readonly string[];
}

export interface Seen {
	type: string | undefined;
	readonly findings: Finding[];
	/** What looked at it. */
	readonly scanners: string[];
	/** What could not, and is no failure. */
	readonly notes: string[];
}

/** Rejects what the disk says. */
export async function look(job: Look, tell: (seen: Seen) => void): Promise<Seen> {
	const fd = openSync(job.path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
	try {
		const stat = fstatSync(fd);
		if (!stat.isFile()) throw new Error('it is no file');
		const seen: Seen = { type: undefined, findings: [], scanners: [], notes: [] };
		seen.type = await opinion(fileTypeFromFile(job.path));
		const content = new FileContent(fd, job.name, stat.size, seen.type);
		const on: Switch = (name) => !job.off.includes(name);
		const inspect = eyes(on);
		seen.findings.push(...inspect(content));
		seen.scanners.push('content');
		tell(seen);
		if (on('archive')) await lookInside(content, inspect, seen, tell);
		if (on('known-bad')) await askOthers(job, fd, content, seen, tell);
		return seen;
	} finally {
		closeSync(fd);
	}
}

type Switch = (defence: string) => boolean;
type Inspect = (content: Content) => readonly Finding[];

/** Everything that looks at content, of files and of members of archives. */
function eyes(on: Switch): Inspect {
	const all = [
		new Executable(on('executable')),
		new Disguised(on('disguised')),
		new HostileMedia(on('hostile-media')),
	];
	return (content) => all.flatMap((defence) => defence.inspect(content));
}

async function lookInside(
	content: Content,
	look: Inspect,
	seen: Seen,
	tell: (seen: Seen) => void,
): Promise<void> {
	const type = (head: Uint8Array): Promise<string | undefined> => opinion(fileTypeFromBuffer(head));
	const facts = await readArchive(content, { type, look });
	if (facts === undefined) return;
	seen.findings.push(...new Archive(true).inspect(facts));
	seen.scanners.push('archive');
	if (facts.unseen > 0)
		seen.notes.push(`Of ${facts.unseen} of its members only the names could be looked at.`);
	tell(seen);
}

/** The library's opinion; it may stumble over broken files. */
async function opinion(type: ReturnType<typeof fileTypeFromBuffer>): Promise<string | undefined> {
	try {
		return (await type)?.mime;
	} catch {
		return undefined;
	}
}

async function askOthers(
	job: Look,
	fd: number,
	content: FileContent,
	seen: Seen,
	tell: (seen: Seen) => void,
): Promise<void> {
	const known = new KnownBad(true);
	const judge = (answer: ScannerAnswer, missed: boolean): void => {
		if (answer.state === 'clean' || answer.state === 'found') seen.scanners.push(answer.scanner);
		if (answer.state === 'too large') seen.notes.push(`${answer.scanner} takes no files of this size.`);
		seen.findings.push(...known.judge(answer, missed));
		tell(seen);
	};
	const { home, clamd } = job;
	const list = home === undefined ? undefined : hashList(home);
	if (list !== undefined && 'why' in list)
		judge({ scanner: 'known-bad.txt', state: 'failed', why: list.why }, true);
	else if (list !== undefined && list.hashes.size > 0) {
		seen.findings.push(...known.hash(job.sha1 ?? sha1Of(fd), list.hashes));
		seen.scanners.push('known-bad.txt');
		tell(seen);
	}
	// The daemon may have gone since: then its place is missing too.
	if (clamd !== undefined) {
		judge(await askClamd(clamd.socket, content), clamd.named || job.reached.includes('ClamAV'));
	} else if (job.reached.includes('ClamAV')) {
		judge({ scanner: 'ClamAV', state: 'absent', why: 'its socket is gone' }, true);
	}
	const rules = home === undefined ? [] : rulesIn(home);
	if (rules.length > 0) {
		const answer = await askYara(rules, job.path);
		// Rules without the program are a wish; the program with broken rules is a scanner that fails.
		judge(answer, answer.state !== 'absent' || job.reached.includes('YARA'));
	}
}
