/**
 * Scripts and launchers by how they begin. What a text does cannot be known from its beginning; these
 * are the first lines that the systems themselves go by, and that no other text has.
 */
import { has, isText, latin1, textOf } from './bytes.ts';

const LOOKED_AT = 4096;

/** Windows shortcut: header size 0x4c and the class {00021401-0000-0000-C000-000000000046} ([MS-SHLLINK] 2.1). */
const SHORTCUT = '\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46';

const shortcuts: readonly (readonly [RegExp, string])[] = [
	[/^\[(?:internetshortcut|\{000214a0-0000-0000-c000-000000000046\})/i, 'an Internet shortcut'],
	[/^(?:#[^\n]{0,200}\n|\s){0,20}\[desktop entry\]/i, 'a desktop launcher'],
	[/^\[shell\]\s{1,8}command=/i, 'an Explorer command'],
	[/^\[autorun\]/i, 'an autorun file'],
	[
		/^(?:<\?xml[^>]{0,200}>\s{0,80})?<(?:librarydescription|searchconnectordescription)[\s>]/i,
		'a search connector',
	],
	[/^(?:<\?xml[^>]{0,200}>\s{0,80})?<jnlp[\s>]/i, 'a Java Web Start launcher'],
	[/^(?:<\?xml[^>]{0,200}>\s{0,80})?<pcsettings[\s>]/i, 'a settings shortcut'],
];

const scripts: readonly (readonly [RegExp, string])[] = [
	[/^#! {0,8}\/\S/, 'a script with an interpreter'],
	[/^(?:(?:rem|::)[^\n]{0,200}\n|\s){0,20}@echo (?:off|on)\b/i, 'a batch file'],
	[/^(?:windows registry editor version 5\.00|regedit4)\s/i, 'a registry file'],
	[/^(?:<\?xml[^>]{0,200}>\s{0,80})?<(?:package>\s{0,80}<)?job[\s>]/i, 'a Windows Script file'],
	[/^(?:<\?xml[^>]{0,200}>\s{0,80})?<(?:scriptlet|component)(?: id=[^>]{0,80})?>/i, 'a Windows scriptlet'],
	[/<hta:application[\s/>]/i, 'an HTML application'],
	[/^(?:'[^\n]{0,200}\n|\s){0,20}(?:option explicit|on error resume next)\b/i, 'a Visual Basic script'],
	[
		/\bcreateobject\s{0,4}\(\s{0,4}["'](?:wscript\.shell|scripting\.filesystemobject|shell\.application|msxml2\.|adodb\.stream)/i,
		'a Windows script',
	],
	[/\bnew\s{1,4}activexobject\s{0,4}\(/i, 'a Windows script'],
	[/^\s{0,40}wscript\.(?:echo|quit|sleep)\b/im, 'a Windows script'],
	[
		/\b(?:invoke-expression|iex)\b[^\n]{0,200}\b(?:new-object|downloadstring|invoke-webrequest|iwr)\b/i,
		'a PowerShell script',
	],
	[/\bnew-object\s{1,4}(?:system\.)?net\.webclient\b/i, 'a PowerShell script'],
	[
		/^(?:#[^\n]{0,200}\n|\s){0,20}(?:\[cmdletbinding\(|set-executionpolicy\b|param\s{0,4}\(\s{0,40}\[)/i,
		'a PowerShell script',
	],
];

export interface Launched {
	readonly family: 'shortcut' | 'script';
	readonly what: string;
}

export function scriptOf(head: Uint8Array): Launched | undefined {
	if (has(head, SHORTCUT)) return { family: 'shortcut', what: 'a Windows shortcut' };
	if (has(head, 'FasdUAS ')) return { family: 'script', what: 'a compiled AppleScript' };
	// A self-extractor of a shell or of Python is text at first and bytes behind, so only its beginning counts.
	if (/^#! {0,8}\/\S/.test(latin1(head, 0, 16)))
		return { family: 'script', what: 'a script with an interpreter' };
	// It ends with a zero, so it is no text.
	if (/^#@~\^[a-z0-9+/]{6}==/i.test(latin1(head, 0, 16)))
		return { family: 'script', what: 'an encoded script' };
	if (!isText(head)) return undefined;
	const text = textOf(head.subarray(0, LOOKED_AT)).trimStart();
	for (const [shape, what] of shortcuts) if (shape.test(text)) return { family: 'shortcut', what };
	for (const [shape, what] of scripts) if (shape.test(text)) return { family: 'script', what };
	return undefined;
}
