/**
 * Threat: archives. They carry worms past those who look only at names (68 % of LimeWire's answers with
 * archives and programs were malicious in 2006); they write outside of the folder they are unpacked in
 * (`../`, absolute names, links that lead out); and some are bombs: 42 kB that become 4 PB in layers, one
 * block of data that all members share (Fifield 2019), archives that contain themselves.
 *
 * Defence: what was read of an archive without unpacking it anywhere (transfer/inspection/archives.ts) is
 * judged here. A bomb, a name that climbs, a link that leads out, and a program in disguise are refused.
 * Programs, encrypted members, and what is too deep, too much or broken are suspicious: people share
 * such archives too, but nobody has seen what is in them.
 *
 * Decided: more than 100 times its size, beyond 10 MiB, is a bomb. All names must have been seen; content
 * where it can be unpacked (the verdict says where it was not: compressed RAR, PPMd). Scripts count only in
 * archives of few members: a worm travels alone, and the source of every program is full of them. In
 * books and office documents they do not count: nobody unpacks those by hand.
 */
import type { Finding } from './content.ts';
import { Defence } from './defence.ts';

export interface ArchiveMember {
	/** As the archive says, all spellings of it: hostile. */
	readonly names: readonly string[];
	readonly kind: 'file' | 'folder' | 'link' | 'other';
	/** Of a link. */
	readonly target?: string | undefined;
	/** Bytes, unpacked: what it says or what came out, whichever is more. */
	readonly size: number;
	readonly packed?: number | undefined;
	readonly encrypted: boolean;
	/** What other defences found in its name and content. */
	readonly findings: readonly Finding[];
	readonly inside?: ArchiveFacts | undefined;
	/** It is an archive, but nobody could look into it. */
	readonly closed?: boolean;
}

export interface ArchiveFacts {
	/** `zip`, `tar`, ...; `unknown`: an archive of a kind that nobody here reads. */
	readonly format: string;
	/** A document or book that is packed so. */
	readonly document: boolean;
	readonly members: readonly ArchiveMember[];
	/** Bytes that came out of it, with what is in its archives; or as many as it says, if that is more. */
	readonly unpacked: number;
	readonly packed: number;
	/** Members share their data. */
	readonly overlapping: boolean;
	/** It contains itself, or what contains it. */
	readonly itself: boolean;
	/** Even the names are encrypted. */
	readonly sealed: boolean;
	/** Members of which only the names were seen, also in its archives. */
	readonly unseen: number;
	/** Why not all of it was seen. */
	readonly stopped?: 'members' | 'bytes' | 'depth' | undefined;
	/** What is wrong with it. */
	readonly broken?: string | undefined;
}

const MOST_RATIO = 100;
const RATIO_FROM = 10 * 1024 * 1024;
/** Archives with more files than this are collections, not one program on its way. */
const FEW = 16;
const MOST_FINDINGS = 20;
const SCRIPTS = /^defence\.executable\.(?:script|shortcut)$/;
/** The one kind of shortcut that is never part of a program's source. */
const WINDOWS_SHORTCUT = /\.lnk$/i;

export class Archive extends Defence {
	inspect(facts: ArchiveFacts): readonly Finding[] {
		if (!this.on) return [];
		const found = new Map<string, Finding>();
		for (const finding of judge(facts)) {
			// One of a kind is enough.
			if (found.size >= MOST_FINDINGS) break;
			if (found.has(finding.code)) continue;
			found.set(finding.code, finding);
			this.refuse(finding.code);
		}
		return [...found.values()];
	}
}

function* judge(facts: ArchiveFacts): Generator<Finding> {
	if (facts.itself) yield refused('defence.archive.itself', facts.format);
	if (facts.overlapping) yield refused('defence.archive.overlap', facts.format);
	if (tooMuch(facts.unpacked, facts.packed)) yield bomb(facts.unpacked, facts.packed);
	const links = new Set(
		facts.members.filter(({ kind }) => kind === 'link').map((one) => plainly(one.names[0])),
	);
	for (const member of facts.members) {
		yield* judgeMember(member, facts);
		if (links.size > 0 && beneath(plainly(member.names[0]), links))
			yield refused('defence.archive.link', `${shown(member.names[0] ?? '')} lies beneath a link`);
	}
	if (facts.sealed) yield suspicious('defence.archive.encrypted', 'also the names in it');
	if (facts.stopped === 'members') yield suspicious('defence.archive.many', `over ${facts.members.length}`);
	if (facts.stopped === 'depth') yield suspicious('defence.archive.deep', facts.format);
	if (facts.stopped === 'bytes') yield suspicious('defence.archive.large', facts.format);
	if (facts.format === 'unknown')
		yield suspicious('defence.archive.unread', 'of a kind that is not read here');
	if (facts.broken !== undefined) yield suspicious('defence.archive.unread', facts.broken);
}

function* judgeMember(member: ArchiveMember, facts: ArchiveFacts): Generator<Finding> {
	const name = shown(member.names[0] ?? '');
	for (const each of member.names) {
		if (climbs(each)) yield refused('defence.archive.traversal', shown(each));
		else if (each.includes('\\')) yield suspicious('defence.archive.backslash', shown(each));
	}
	if (member.target !== undefined && leadsOut(member.names[0] ?? '', member.target))
		yield refused('defence.archive.link', `${name} to ${shown(member.target)}`);
	if (member.packed !== undefined && tooMuch(member.size, member.packed))
		yield bomb(member.size, member.packed);
	if (member.encrypted) yield suspicious('defence.archive.encrypted', name);
	for (const finding of member.findings) {
		if (finding.verdict === 'suspicious' && SCRIPTS.test(finding.code) && !counts(name, facts)) continue;
		yield within(name, finding);
	}
	if (member.closed) yield suspicious('defence.archive.unread', name);
	if (member.inside !== undefined) {
		for (const finding of judge(member.inside))
			yield { ...finding, detail: cut(`${name}: ${finding.detail}`) };
	}
}

function counts(name: string, facts: ArchiveFacts): boolean {
	if (facts.document) return false;
	if (WINDOWS_SHORTCUT.test(name)) return true;
	return facts.members.filter(({ kind }) => kind === 'file').length <= FEW;
}

/** What a member is, in terms of the archive; what has no such term keeps its own. */
function within(name: string, { code, verdict, detail }: Finding): Finding {
	const what = cut(detail === undefined ? name : `${name}: ${detail}`);
	if (code.startsWith('defence.executable.'))
		return { code: 'defence.archive.program', verdict, detail: what };
	if (code.startsWith('defence.disguised.') && verdict === 'refused')
		return { code: 'defence.archive.disguised', verdict, detail: what };
	return { code, verdict, detail: what };
}

function tooMuch(unpacked: number, packed: number): boolean {
	return unpacked > RATIO_FROM && unpacked > MOST_RATIO * packed;
}

function bomb(unpacked: number, packed: number): Finding {
	return refused('defence.archive.bomb', `${packed} bytes become ${unpacked} or more`);
}

/** Whether some unpacker would write outside of its folder: by either slash, a drive, or a name cut at NUL. */
export function climbs(name: string): boolean {
	const plain = name.replaceAll('\\', '/');
	return (
		/(?:^|\/)\.\.[. ]*(?:\/|$)/.test(plain) || /^(?:\/|~\/|[a-z]:(?! ))/i.test(plain) || name.includes('\0')
	);
}

/** Whether a link that lies at `name` points outside of the folder that is unpacked. */
export function leadsOut(name: string, target: string): boolean {
	const to = target.replaceAll('\\', '/');
	if (/^(?:\/|~|[a-z]:)/i.test(to) || to.includes('\0')) return true;
	const parts = (path: string): string[] => path.split('/').filter((part) => part !== '' && part !== '.');
	let depth = parts(name.replaceAll('\\', '/')).length - 1;
	for (const part of parts(to)) {
		depth += /^\.\.[. ]*$/.test(part) ? -1 : 1;
		if (depth < 0) return true;
	}
	return false;
}

function plainly(name = ''): string {
	const parts = name.replaceAll('\\', '/').split('/');
	return parts.filter((part) => part !== '' && part !== '.').join('/');
}

/** What is unpacked through a link lands wherever that leads, and no rule about names can tell. */
function beneath(name: string, links: ReadonlySet<string>): boolean {
	for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1))
		if (links.has(name.slice(0, at))) return true;
	return false;
}

function refused(code: string, detail: string): Finding {
	return { code, verdict: 'refused', detail: cut(detail) };
}

function suspicious(code: string, detail: string): Finding {
	return { code, verdict: 'suspicious', detail: cut(detail) };
}

/** A hostile name for a person: nothing in it moves a cursor or turns the direction of writing. */
function shown(name: string): string {
	return cut(name.slice(0, 1000).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '?'));
}

function cut(text: string): string {
	return text.length <= 160 ? text : `${text.slice(0, 80)}...${text.slice(-76)}`;
}
