/**
 * Threat: executables and worms. A peer-to-peer network is how a worm asks to be run: nothing but a name
 * stands between "free game" and somebody else's program.
 *
 * Defence: a program is recognised by its content, whatever it is called: machine code, scripts,
 * shortcuts, installers, documents with macros, archives that unpack themselves. Where the content says
 * nothing (a script is only text) the extension counts, if a double click would run it.
 *
 * All of it is `suspicious`, never `refused`: people do share programs, and then the name says so.
 * A program that hides is the business of disguised.ts, which refuses.
 *
 * Decided: the source of a program is a text (.c, .py, .ts, and .sh without `#!` is nothing); WebAssembly
 * runs nowhere by itself. Known gaps: COM programs and batch files are known only by their names;
 * encrypted archives and documents; Excel 4 macros of old workbooks; programs of emulators and consoles.
 */
import type { Content, Finding } from './content.ts';
import { Defence } from './defence.ts';
import { headOf, isText } from './formats/bytes.ts';
import { type Claim, claimOf, extensionOf } from './formats/extension.ts';
import { carries, type Kind, kindOf } from './formats/kind.ts';

/** Shells that wait for `#!`: without it such a file is a text for whoever double-clicks it. */
const NEEDS_INTERPRETER = /^(?:bash|csh|ksh|zsh|sh|run|command|psm1|pyz|pyzw)$/;

export class Executable extends Defence {
	inspect(content: Content): readonly Finding[] {
		if (!this.on || content.size === 0) return [];
		const finding = judge(content);
		if (finding === undefined) return [];
		this.refuse(finding.code);
		return [finding];
	}
}

function judge(content: Content): Finding | undefined {
	const extension = extensionOf(content.name);
	const claim = claimOf(extension);
	const kind = kindOf(content);
	switch (kind?.family) {
		case 'program':
			return suspicious('defence.executable.program', kind.what);
		case 'package':
			return suspicious('defence.executable.package', kind.what);
		case 'macros':
			return suspicious('defence.executable.macros', kind.what);
		case 'shortcut':
			return readsAsText(claim) ? undefined : suspicious('defence.executable.shortcut', kind.what);
		case 'script':
			return readsAsText(claim) && !carries(content)
				? undefined
				: suspicious('defence.executable.script', kind.what);
		default:
			return byName(content, extension, claim, kind);
	}
}

/** A text opens in an editor, however it begins. */
function readsAsText(claim: Claim | undefined): boolean {
	return claim === 'text' || claim === 'markup' || claim === 'playlist';
}

/** The content is no known program: what would the system do with the name? */
function byName(
	content: Content,
	extension: string,
	claim: Claim | undefined,
	kind: Kind | undefined,
): Finding | undefined {
	// A page saved as "www.example.com" is no DOS program.
	if (extension === 'com' && kind !== undefined) return undefined;
	if (NEEDS_INTERPRETER.test(extension) && kind === undefined && isText(headOf(content))) return undefined;
	if (claim === 'script') return suspicious('defence.executable.script', `named .${extension}`);
	if (claim === 'shortcut') return suspicious('defence.executable.shortcut', `named .${extension}`);
	if (claim === 'package') return suspicious('defence.executable.package', `named .${extension}`);
	if (claim === 'program') return suspicious('defence.executable.program', `named .${extension}`);
	return undefined;
}

function suspicious(code: string, detail: string): Finding {
	return { code, verdict: 'suspicious', detail };
}
