import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeFileName } from '../../src/transfer/file-name.ts';

test.each([
	['Big Buck Bunny.ogv', 'Big Buck Bunny.ogv'],
	['../../etc/passwd', 'passwd'],
	['..\\..\\autoexec.bat', 'autoexec.bat'],
	['/', 'file'],
	['..', 'file'],
	['.bashrc', 'bashrc'],
	['a\0b\nc', 'abc'],
	['evil\u202egpj.exe', 'evilgpj.exe'],
	['what?*.txt', 'what__.txt'],
	['NUL', '_NUL'],
	['com1.txt', '_com1.txt'],
	['trailing. . ', 'trailing'],
	['', 'file'],
])('%j is stored as %j', (wish, name) => {
	expect(safeFileName(wish)).toBe(name);
});

test('a long name loses its middle, not its extension', () => {
	const name = safeFileName(`${'ü'.repeat(300)}.tar.gz`);
	expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
	expect(name).toMatch(/^ü+\.gz$/u);
});

test('whatever is wished, it is one visible part of a path, and safe names stay as they are', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (wish) => {
			const name = safeFileName(wish);
			expect(name).not.toMatch(/[/\\\p{Cc}\p{Cs}]/u);
			expect(name).not.toMatch(/^\.|^$/);
			expect(Buffer.byteLength(name)).toBeLessThanOrEqual(200);
			expect(safeFileName(name)).toBe(name);
		}),
	);
});
