/**
 * Two traps of amuled 2.3.3, which made more than half of the downloads from one to another stand still on a busy machine
 * (10 of 16 of 1.5 MB). With both avoided none of 36 did.
 *
 * It loses wake-ups of its sockets where two of its threads run at once, or one of them is interrupted: then it waits for
 * good, with bytes unread. On one processor, each thread running until it waits (SCHED_FIFO), it does not.
 *
 * Two that are started in the same second make up the same user. When a server then says whose a source is, each takes the
 * other for itself and drops it. So they are told who they are.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of preferences.dat. */
const PREFERENCES = 0x14;

const words = ['chrt', '--fifo', '1', 'taskset', '--cpu-list', '0'];
let asked: readonly string[] | undefined;

/** Words in front of amuled's; none where the machine does not allow it. */
export function onOneProcessor(): readonly string[] {
	if (asked === undefined) {
		const [program, ...rest] = words;
		const allowed = spawnSync(program!, [...rest, 'true']).status === 0;
		if (!allowed)
			console.log(
				'amuled shares its processors, and may stand still and be tried again: no "chrt --fifo" here.',
			);
		asked = allowed ? words : [];
	}
	return asked;
}

/** Makes up the user of an amuled with this folder, in hex. */
export function beSomebody(folder: string): string {
	const user = randomBytes(16);
	// The marks of the eMule family.
	user[5] = 0x0e;
	user[14] = 0x6f;
	writeFileSync(join(folder, 'preferences.dat'), Buffer.concat([Buffer.of(PREFERENCES), user]));
	return user.toString('hex');
}
