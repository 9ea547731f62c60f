/**
 * SVG pictures are XML, and a browser runs what is in them (SVG 2, section 2.2; SVG Tiny 1.2, section 15).
 * Scripts, event attributes, addresses of scripts and external entities: refused. Forms and other parts of a
 * page in a foreign object, and what is fetched from elsewhere: suspicious. A foreign object that only
 * sets text is ordinary, since drawing programs write their labels so. Links are links.
 *
 * Looked at: the first 4 MiB, also of a packed .svgz.
 */
import type { Content, Finding } from '../content.ts';
import { has, headOf, textOf } from './bytes.ts';
import { inflated } from './inflate.ts';
import { rootOf } from './markup.ts';
import { type Tag, tagsOf } from './tags.ts';

const MOST = 4 << 20;
const RUNS = /^(?:script|handler|iframe|embed|object|applet|listener)$/;
/** Parts of a page that only a foreign object brings into a picture. */
const ASKS = /^(?:form|input|button|textarea|select|meta|base|html|body|frame|frameset)$/;
const FETCHES = /^(?:image|use|feimage|font-face-uri|tref|cursor|video|audio|link|img|source)$/;
const ADDRESSES = ['href', 'src', 'from', 'to', 'values', 'data', 'action', 'formaction'];
const SCRIPT_ADDRESS =
	/^(?:javascript|vbscript|livescript|data:(?:text\/(?:html|xml|javascript)|image\/svg|application\/(?:xhtml|xml)))\b/i;
const REMOTE = /^(?:(?:https?|ftp|smb):\/\/|\/\/[^/]|\\\\|file:\/\/[^/])/i;

/** undefined: it is no SVG picture. */
export function svgFindings(content: Content, named: boolean): Finding[] | undefined {
	const head = headOf(content);
	const packed = has(head, '\x1f\x8b');
	if (packed && !named) return undefined;
	if (!packed && !named && rootOf(head) !== 'svg') return undefined;
	const bytes = headOf(content, MOST);
	const found: Finding[] = [];
	for (const tag of tagsOf(textOf(packed ? inflated(bytes, MOST) : bytes))) {
		const finding = judge(tag);
		if (finding !== undefined && !found.some(({ code }) => code === finding.code)) found.push(finding);
	}
	return found;
}

function judge({ name, attributes, declaration }: Tag): Finding | undefined {
	if (declaration !== undefined) return entities(declaration);
	if (RUNS.test(name)) return active(`<${name}>`);
	if (name === '?xml-stylesheet' && /xsl|xml/i.test(attributes.get('type') ?? ''))
		return {
			code: 'defence.media.interactive',
			verdict: 'suspicious',
			detail: 'a style sheet that transforms',
		};
	for (const [key, value] of attributes) {
		if (/^on[a-z]{3,30}$/.test(key) && value.trim() !== '') return active(key);
		if (key === 'attributename' && /^on[a-z]/i.test(value)) return active(`sets ${value.slice(0, 20)}`);
	}
	for (const key of ADDRESSES) {
		const value = (attributes.get(key) ?? '').slice(0, 2048).replace(/[\x00-\x20\x7f]/g, '');
		if (value.split(';').some((one) => SCRIPT_ADDRESS.test(one)) && !/^data:image\/(?!svg)/i.test(value))
			return active(value.slice(0, 60));
		if (key === 'href' && FETCHES.test(name) && REMOTE.test(value))
			return { code: 'defence.media.elsewhere', verdict: 'suspicious', detail: value.slice(0, 80) };
	}
	if (ASKS.test(name))
		return { code: 'defence.media.interactive', verdict: 'suspicious', detail: `<${name}> of a page` };
	return undefined;
}

/** Drawing programs name their namespaces by entities; anything beyond plain text in one is a trick. */
function entities(declaration: string): Finding | undefined {
	for (const [, rest] of declaration.matchAll(/<!ENTITY\s{1,8}([^>]{0,2000})/gi)) {
		const value = rest!.replace(/^%?\s{0,8}[^\s"']{1,100}\s{1,8}/, '');
		if (/^(?:SYSTEM|PUBLIC)\b/i.test(value))
			return { code: 'defence.media.elsewhere', verdict: 'refused', detail: 'an external entity' };
		if (/^%/.test(rest!) || /<|&(?!#)|&#(?:60|x3c);/i.test(value))
			return { code: 'defence.media.obscured', verdict: 'suspicious', detail: 'entities within entities' };
	}
	return undefined;
}

function active(detail: string): Finding {
	return { code: 'defence.media.active', verdict: 'refused', detail };
}
