/** The evidence file: what is deleted or changed in it shows. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LogFile, verifyLog } from '../../../src/watch/export/log-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function written(blocks: number, rotateAt?: number): string {
	const path = join(folder, `evidence-${++files}.json`);
	const log = new LogFile(path, rotateAt);
	for (let block = 0; block < blocks; block++)
		log.write(Buffer.from(`{"block":${block},"line":1}\n{"block":${block},"line":2}\n`));
	log.close();
	return path;
}

function change(path: string, how: (text: string) => string): void {
	writeFileSync(path, how(readFileSync(path, 'utf8')));
}

describe('the chain of an evidence file', () => {
	it('holds as it was written, over several runs', () => {
		const path = written(3);
		const log = new LogFile(path);
		log.write(Buffer.from('{"second":"run"}\n'));
		log.close();
		expect(verifyLog(path)).toMatchObject({ lines: 7, checkpoints: 4, unbound: 0 });
		expect(verifyLog(path).broken).toBeUndefined();
	});

	it.each([
		['a changed letter', (text: string) => text.replace('"block":1', '"block":7')],
		['a deleted line', (text: string) => text.replace('{"block":1,"line":2}\n', '')],
		[
			'an added line',
			(text: string) => text.replace('{"block":1,"line":2}\n', '{"block":1,"line":2}\n{"x":1}\n'),
		],
		[
			'two lines in another order',
			(text: string) =>
				text.replace(
					'{"block":1,"line":1}\n{"block":1,"line":2}\n',
					'{"block":1,"line":2}\n{"block":1,"line":1}\n',
				),
		],
		[
			'a deleted block with its checkpoint',
			(text: string) =>
				text
					.split('\n')
					.filter((_, line) => line < 3 || line > 5)
					.join('\n'),
		],
	])('shows %s', (_name, how) => {
		const path = written(4);
		change(path, how);
		expect(verifyLog(path).broken).toMatch(/lines 3 to [456]/);
	});

	it('goes on through rotated files, and shows that one is missing', () => {
		const path = written(40, 1000);
		const rotated = readdirSync(folder).filter((name) => name.startsWith(`evidence-${files}.json.`));
		expect(rotated.length).toBeGreaterThan(3);
		expect(verifyLog(path)).toMatchObject({ lines: 80, unbound: 0 });
		rmSync(`${path}.2`);
		expect(verifyLog(path).broken).toContain('.json.3');
	});

	it('binds what a run that was killed left behind', () => {
		const path = written(1);
		appendFileSync(path, '{"written":"without a checkpoint"}\n{"half a li');
		expect(verifyLog(path)).toMatchObject({ unbound: 2 });
		const log = new LogFile(path);
		log.write(Buffer.from('{"after":1}\n'));
		log.close();
		expect(verifyLog(path)).toMatchObject({ lines: 5, unbound: 0 });
		expect(verifyLog(path).broken).toBeUndefined();
	});
});
