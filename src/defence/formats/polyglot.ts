/**
 * Pictures and songs that are something else too: an archive hangs on the end (a ZIP file is read from its
 * end, so both readers are content), or a page, a PHP script or a program stands inside.
 *
 * Looked at: the first and the last 64 KiB, and a ZIP directory wherever the end record says.
 */
import type { Content, Finding } from '../content.ts';
import { find, headOf, latin1, tailOf } from './bytes.ts';
import { zipDirectory } from './zip-names.ts';

const CODE = /<script[\s>]|<\?php\s|__HALT_COMPILER\s?\(|<iframe[\s>]|<html[\s>]/i;
const PROGRAM = 'This program cannot be run in DOS mode';

export function polyglotFindings(content: Content): Finding[] {
	for (const bytes of [headOf(content), tailOf(content)]) {
		const code = CODE.exec(latin1(bytes))?.[0];
		if (code !== undefined) return [two('refused', `with ${code.trim()} inside`)];
		if (find(bytes, PROGRAM) >= 0) return [two('refused', 'with a program inside')];
		if (find(bytes, 'Rar!\x1a\x07') >= 0) return [two('suspicious', 'with a RAR archive inside')];
		if (find(bytes, '7z\xbc\xaf\x27\x1c') >= 0) return [two('suspicious', 'with a 7z archive inside')];
	}
	return zipDirectory(content) === undefined ? [] : [two('suspicious', 'with a ZIP archive behind it')];
}

function two(verdict: Finding['verdict'], detail: string): Finding {
	return { code: 'defence.media.polyglot', verdict, detail };
}
