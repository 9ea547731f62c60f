import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hex } from '../../../src/networks/common/hash.ts';
import { md5 } from '../../../src/networks/common/md5.ts';

it('MD5 of any text is what OpenSSL says', () => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
			expect(hex(md5(bytes))).toBe(createHash('md5').update(bytes).digest('hex'));
		}),
	);
	for (const length of [55, 56, 63, 64, 65]) {
		const bytes = new Uint8Array(length).fill(7);
		expect(hex(md5(bytes))).toBe(createHash('md5').update(bytes).digest('hex'));
	}
});
