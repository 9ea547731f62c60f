import { describe, expect, it, vi } from 'vitest';
import { duration, printable, printJson, size } from '../../src/cli/print.ts';

describe('what strangers have named', () => {
	it('cannot steer the terminal', () => {
		expect(printable('a\x1b[2Jb\x9b31mc\r\nd\u202egpj.exe\u2028')).toBe('a�[2Jb�31mc��d�gpj.exe�');
		expect(printable('Grüße – 日本 🏰')).toBe('Grüße – 日本 🏰');
	});

	it('is escaped in JSON, and reads back as it was', () => {
		const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
		const name = 'a\x1b\x9b\u202e\u{e0001}b';
		printJson({ name });
		const [line] = write.mock.calls[0] as [string];
		write.mockRestore();
		expect(line).toMatch(/^[\x20-\x7e]+\n$/);
		expect(JSON.parse(line)).toEqual({ name });
	});
});

it('sizes and times are short', () => {
	expect([0, 999, 1000, 1234, 99_449, 631e6, 5.5e12].map(size)).toEqual([
		'0 B',
		'999 B',
		'1.0 kB',
		'1.2 kB',
		'99.4 kB',
		'631 MB',
		'5.5 TB',
	]);
	expect([3, 600, 7300, 200_000].map(duration)).toEqual(['3 s', '10 min', '2 h', '2 days']);
});
