/** Every reason by its code: the refusals.ts tables of all folders as one. */
import { refusals as defence } from '../defence/refusals.ts';
import { refusals as guard } from '../guard/refusals.ts';
import { refusals as lab } from '../lab/refusals.ts';
import { refusals as library } from '../library/refusals.ts';
import { refusals as edonkey } from '../networks/edonkey/refusals.ts';
import { refusals as fasttrack } from '../networks/fasttrack/refusals.ts';
import { refusals as gnutella } from '../networks/gnutella/refusals.ts';
import { refusals as opennap } from '../networks/opennap/refusals.ts';
import { refusals as transfer } from '../transfer/refusals.ts';
import { refusals as watch } from '../watch/refusals.ts';
import { refusals as world } from '../world/refusals.ts';
import type { Reason } from './refusal.ts';

export const reasons: readonly Reason[] = [
	...world,
	...defence,
	...fasttrack,
	...edonkey,
	...gnutella,
	...opennap,
	...lab,
	...guard,
	...library,
	...transfer,
	...watch,
];

const byCode = new Map(reasons.map((reason) => [reason.code, reason]));

export function reasonOf(code: string): Reason | undefined {
	return byCode.get(code);
}
