/** What sharing a folder would share, before anything is. */
import { Oversharing } from '../defence/oversharing.ts';
import { realOrSame } from './roots.ts';
import { type EntryFacts, scan, sharingRule } from './scan.ts';
import { mostSurprising, type Surprise } from './surprise.ts';

export interface Preview {
	/** Absolute, real. */
	readonly path: string;
	readonly files: number;
	readonly bytes: number;
	readonly leftOutCount: number;
	/** How many each rule leaves out, by its code. */
	readonly byReason: Readonly<Record<string, number>>;
	/** The ten entries that one would expect least, the most surprising first. */
	readonly surprising: readonly Surprise[];
	/** The folder was read to its end. */
	readonly whole: boolean;
}

const mostSurprises = 10;

/** `root` is real, and may be shared (roots.ts). */
export async function preview(
	root: string,
	never: readonly string[],
	now: number,
	signal: AbortSignal | undefined,
): Promise<Preview> {
	const rule = sharingRule(new Oversharing(true));
	const byReason: Record<string, number> = {};
	const counting = (facts: EntryFacts): string | undefined => {
		const code = rule(facts);
		if (code !== undefined) byReason[code] = (byReason[code] ?? 0) + 1;
		return code;
	};
	const own = await Promise.all(never.map(realOrSame));
	const stopped = () => signal?.aborted === true;
	const { files, leftOutCount, whole } = await scan(root, { rule: counting, never: own, stopped });
	return {
		path: root,
		files: files.length,
		bytes: files.reduce((sum, { size }) => sum + size, 0),
		leftOutCount,
		byReason,
		surprising: mostSurprising(files, mostSurprises, now).map(({ path, size, mtime, why }) => ({
			path,
			size,
			mtime,
			why,
		})),
		whole: whole && !stopped(),
	};
}
