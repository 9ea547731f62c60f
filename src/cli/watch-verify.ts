import { existsSync } from 'node:fs';
import { verifyLog } from '../watch/export/log-file.ts';
import { CommandFailed, type Context } from './context.ts';
import { count, print, printJson } from './print.ts';

/** `sallyport watch verify FILE...`: follows the chain of evidence files. */
export function verify(context: Context, files: readonly string[]): number {
	let status = 0;
	for (const file of files) {
		if (!existsSync(file)) throw new CommandFailed(`${file} is not there.`);
		const found = verifyLog(file);
		if (found.broken !== undefined) status = 1;
		if (context.json) printJson({ file, ...found });
		else if (found.broken !== undefined) print(found.broken);
		else {
			print(
				`${file}: ${count(found.lines, 'line')} under ${count(found.checkpoints, 'checkpoint')}, the chain holds.`,
			);
			if (found.unbound > 0)
				print(`The last ${count(found.unbound, 'line')} came after the last checkpoint.`);
			print(`Last link: ${found.link}`);
		}
	}
	return status;
}
