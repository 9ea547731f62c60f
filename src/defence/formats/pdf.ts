/**
 * What a PDF file does by itself (ISO 32000-1, section 12.6). An action that begins when the document, or a
 * page of it, is opened, printed or closed, and that runs a script, starts a program, sends or fetches: refused. So is
 * an attached program, and any action that starts a program. Scripts of forms, forms that send, and
 * embedded films are suspicious. Links that a person clicks are what links are.
 *
 * Looked at: the whole file up to 8 MiB, else its first and last 4 MiB; object streams too.
 * Not looked at: what an encrypted file packs into object streams, what a script does, XFA forms (they
 * are suspicious as such), and holes in readers' fonts and pictures.
 */
import type { Content, Finding } from '../content.ts';
import { find, headOf, latin1, tailOf } from './bytes.ts';
import { claimOf, extensionOf, starts } from './extension.ts';
import { type Dictionary, PdfObjects, type Value } from './pdf-objects.ts';

const WHOLE = 8 << 20;
const HALF = 4 << 20;
const MOST_ACTIONS = 64;
/** Actions followed in all: chains may share their ends, and be walked from each beginning. */
const MOST_STEPS = 200_000;
/** Of a document or a page; those of fields (K F V C) format and compute, so they are only suspicious. */
const BY_ITSELF = ['O', 'PO', 'PV', 'PI', 'PC', 'WC', 'WS', 'DS', 'WP', 'DP'];
const ACTS =
	/^(?:JavaScript|Launch|URI|SubmitForm|ImportData|GoToR|GoToE|Rendition|RichMediaExecute|Movie|JS)$/;
const HARMLESS = /^(?:GoToR|GoToE|Rendition|Movie)$/;

/** undefined: it is no PDF file. */
export function pdfFindings(content: Content): Finding[] | undefined {
	// Readers accept 1,024 bytes in front (ISO 32000-1, Annex H.3, implementation note 13).
	const start = find(headOf(content, 1024 + 5), '%PDF-');
	if (start < 0) return undefined;
	const objects = new PdfObjects();
	if (content.size <= WHOLE) objects.read(latin1(headOf(content, WHOLE)));
	else {
		objects.read(latin1(headOf(content, HALF)));
		objects.read(latin1(tailOf(content, HALF)));
	}
	const found = new Map<string, Finding>();
	const add = (code: string, verdict: Finding['verdict'], detail: string): void => {
		if (!found.has(code)) found.set(code, { code, verdict, detail: detail.slice(0, 100) });
	};
	const walk: Walk = { objects, left: MOST_STEPS };
	for (const dictionary of objects.all) judge(walk, dictionary, add);
	if (objects.obscured || walk.left <= 0)
		add('defence.media.obscured', 'suspicious', 'objects packed so that readers differ');
	return [...found.values()];
}

interface Walk {
	readonly objects: PdfObjects;
	left: number;
}

type Add = (code: string, verdict: Finding['verdict'], detail: string) => void;

function judge(walk: Walk, { map }: Dictionary, add: Add): void {
	const active = (what: string): void => add('defence.media.active', 'refused', what);
	const interactive = (what: string): void => add('defence.media.interactive', 'suspicious', what);
	for (const what of actions(walk, map.get('OpenAction')))
		if (!HARMLESS.test(what)) active(`${what} on opening`);
	for (const triggers of resolved(walk, map.get('AA'))) {
		for (const trigger of BY_ITSELF) {
			for (const what of actions(walk, triggers.map.get(trigger)))
				if (!HARMLESS.test(what)) active(`${what} by itself`);
		}
	}
	// The tree of named scripts: all of them run on opening (section 12.6.4.16).
	if (map.has('JavaScript') && !('name' in map.get('JavaScript')!)) active('JavaScript on opening');
	const action = nameOf(map.get('S'));
	if (action === 'Launch') active('starts a program');
	if (action === 'JavaScript' || map.has('JS')) interactive('JavaScript');
	if (action === 'SubmitForm' || action === 'ImportData') interactive(action);
	if (action === 'RichMediaExecute' || /^(?:RichMedia|Flash)$/.test(nameOf(map.get('Subtype')) ?? ''))
		interactive('Flash or other rich media');
	if (map.has('XFA')) interactive('an XFA form');
	for (const key of ['F', 'UF', 'DOS', 'Unix', 'Mac']) {
		const value = map.get(key);
		if (value === undefined || !('text' in value)) continue;
		if (map.has('EF') && starts(claimOf(extensionOf(value.text))))
			add('defence.media.carries', 'refused', value.text);
		if (/^\\\\|^\/\/[^/]|^file:\/\/[^/]/i.test(value.text))
			add('defence.media.elsewhere', 'refused', value.text);
	}
}

function nameOf(value: Value | undefined): string | undefined {
	return value !== undefined && 'name' in value ? value.name : undefined;
}

/** What a value, or the objects that it refers to, hold as dictionaries. */
function resolved(walk: Walk, value: Value | undefined): readonly Dictionary[] {
	if (value === undefined || walk.left <= 0) return [];
	if ('map' in value) return [value];
	walk.left--;
	if ('ref' in value) {
		const found = walk.objects.byNumber.get(value.ref) ?? [];
		walk.left -= found.length;
		return found;
	}
	return 'list' in value ? value.list.flatMap((one) => ('list' in one ? [] : resolved(walk, one))) : [];
}

/** Names of the actions that begin here, with those that follow them. */
function actions(walk: Walk, value: Value | undefined): string[] {
	const names: string[] = [];
	const queue = [...resolved(walk, value)];
	const seen = new Set<Dictionary>();
	for (let i = 0; i < queue.length && i < MOST_ACTIONS; i++) {
		const one = queue[i]!;
		if (seen.has(one)) continue;
		seen.add(one);
		const name = nameOf(one.map.get('S'));
		if (name !== undefined && ACTS.test(name)) names.push(name);
		else if (one.map.has('JS')) names.push('JavaScript');
		queue.push(...resolved(walk, one.map.get('Next')));
	}
	return names;
}
