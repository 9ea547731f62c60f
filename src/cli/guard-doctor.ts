import { examine, type Finding } from '../guard/doctor.ts';
import { CommandFailed, type Context } from './context.ts';
import { print, printJson } from './print.ts';

/** `guard doctor`: what this machine can do. Status 1 where a wall is missing. */
export function doctor(context: Context): number {
	let findings: Finding[];
	try {
		findings = examine();
	} catch (error) {
		throw new CommandFailed((error as Error).message);
	}
	for (const { what, works, detail, open } of findings) {
		if (context.json) printJson({ what, works, detail, ...(works ? {} : { open }) });
		else
			print(
				`${works ? 'ok     ' : 'MISSING'} ${what.padEnd(9)} ${detail}${works ? '' : `; open without it: ${open}`}`,
			);
	}
	return findings.every(({ works, what }) => works || what === 'kernel') ? 0 : 1;
}
