/**
 * Threat: file sharing fills the way up. A home line carries far less up than down, and everything needs the way up:
 * acknowledgements of what is fetched, calls, mail. Nobody has to attack: fifty people who want a popular file are
 * enough, and TCP gives them all that there is. What is sent then waits in the queue of the modem, for seconds.
 *
 * Defence: towards the Internet all uploads together have a limit unless the user says otherwise. Where his words do not
 * cover the hour, the limit holds. Loopback and the local network are no bottleneck, and have none.
 *
 * Decided: a fixed figure, not a measured one. How fast the line is cannot be seen from a program without filling it, and
 * a growing delay has other causes too. So the figure is modest, and it is written down: 1 MiB a second is 8.4 Mbit/s.
 */
import { Defence } from './defence.ts';

export class Bandwidth extends Defence {
	/** Bytes a second for all uploads together; undefined: no limit. `wish`: what the user says for this hour, if anything. */
	total(scope: 'practice' | 'lan' | 'internet', wish: number | 'unlimited' | undefined): number | undefined {
		if (wish !== undefined) return wish === 'unlimited' ? undefined : wish;
		return this.on && scope === 'internet' ? this.limits.uploadBytesPerSecond : undefined;
	}
}
