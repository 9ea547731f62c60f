/** Runs inside a namespace: an enforcer on `lo` that does what standard input says, a line of JSON each. */
import { createInterface } from 'node:readline';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { Enforcer } from '../../../src/watch/block/enforcer.ts';
import { managementOf } from '../../../src/watch/block/management.ts';
import type { Policy } from '../../../src/watch/policy.ts';
import { readPolicy } from '../../../src/watch/policy-file.ts';

const [state = '', rules = '', session = ''] = process.argv.slice(2);
const say = (value: object): void => console.log(JSON.stringify(value));
const enforcer = await Enforcer.start({
	policy: readPolicy(rules, ['gnutella', 'edonkey']) as Policy,
	device: 'lo',
	management: managementOf([session], []),
	state,
	now: Date.now,
	trouble: (trouble) => say({ trouble }),
});
if (isRefusal(enforcer)) {
	say(enforcer);
	process.exit(0);
}
say({ how: enforcer.how ?? 'nothing to shape' });
for await (const line of createInterface(process.stdin)) {
	const { does, words, hasty } = JSON.parse(line);
	// biome-ignore lint/suspicious/noExplicitAny: the test says which method
	const answer = await (enforcer as any)[does](...words);
	if (!hasty) await enforcer.settled();
	say({ answer: answer ?? null });
}
await enforcer.close();
