import { describe, expect, it } from 'vitest';
import { aloud } from '../../src/guard/aloud.ts';
import type { Asked } from '../../src/guard/asking.ts';
import { Ledger } from '../../src/guard/ledger.ts';
import { compose } from '../../src/guard/policy.ts';
import { readPolicy } from '../../src/guard/policy-file.ts';

/** With time that the test lets pass. */
function ledgerIn(timers: (() => void)[] = []): Ledger {
	const after = (_milliseconds: number, call: () => void) => {
		timers.push(call);
		return () => void timers.splice(timers.indexOf(call), 1);
	};
	return new Ledger({ now: () => 1000, after }, '/home/me/always.yaml', '/home/me');
}

function asked(token: number): Asked {
	return { token, thread: 7, program: '/usr/bin/amuled', act: `read /srv/${token}`, rule: 'p.yaml:3' };
}

describe('questions', () => {
	it('no answer in time is no, and the question is shown for a while', async () => {
		const timers: (() => void)[] = [];
		const ledger = ledgerIn(timers);
		const reply = ledger.ask(asked(1), 30);
		timers.shift()!();
		expect(await reply).toBe('no');
		expect(ledger.questions()).toMatchObject([{ id: 1, until: 31_000, answer: 'late' }]);
		timers.shift()!();
		expect(ledger.questions()).toEqual([]);
	});

	it('is answered once', async () => {
		const ledger = ledgerIn();
		const reply = ledger.ask(asked(1), 30);
		expect(ledger.answer(2, 'once')).toBe(false);
		expect(ledger.answer(1, 'session')).toBe(true);
		expect(ledger.answer(1, 'no')).toBe(false);
		expect(await reply).toBe('session');
	});

	it('of more than 64 at once the others are no', async () => {
		const ledger = ledgerIn();
		for (let token = 1; token <= 64; token++) void ledger.ask(asked(token), 30);
		expect(await ledger.ask(asked(65), 30)).toBe('no');
		expect(ledger.questions()).toHaveLength(64);
	});

	it('when the program has ended, nobody waits', async () => {
		const ledger = ledgerIn();
		const reply = ledger.ask(asked(1), 30);
		ledger.end();
		expect(await reply).toBe('no');
	});
});

describe('what it did', () => {
	it('is bounded, whatever the program does', () => {
		const ledger = ledgerIn();
		for (let file = 0; file < 1000; file++)
			ledger.did({ process: 7, parent: 1, program: '/bin/a', act: `read /srv/${file}`, action: 'allow' });
		for (let process = 100; process < 2000; process++)
			ledger.did({ process, parent: 7, program: '/bin/a', act: 'read /srv', action: 'deny' });
		const tree = ledger.tree();
		expect(tree[0]).toMatchObject({ pid: 7, more: 600 });
		expect(tree[0]!.acts).toHaveLength(400);
		expect(tree).toHaveLength(500);
		expect(tree[1]).toMatchObject({ pid: 100, parent: 7 });
	});

	it('says how a refusal would be granted, but not of a key', () => {
		const ledger = ledgerIn();
		const record = {
			at: 1,
			code: 'guard.file',
			subject: 'a[7]',
			detail: '',
			action: 'deny',
			pid: 7,
		} as const;
		ledger.record({ ...record, program: '/bin/a', act: 'read /srv/it', rule: 'none' });
		ledger.record({ ...record, program: '/bin/a', act: 'read /home/me/.ssh/id', rule: 'none' });
		expect(ledger.rows().map(({ grant }) => grant)).toEqual([undefined, '{ read: "/srv/it" }']);
	});
});

it('a policy is read aloud', () => {
	const text = `name: mine
files:
  - read: [/srv/a, ~]
  - create: $HERE
    action: ask
  - write: /srv/b
    action: deny
    because: it is not yours
network:
  - out: [internet, 192.0.2.0/24]
    ports: [443, 8000-8010]
    protocol: tcp
  - in: any
    ports: 4662
    action: log
  - { in: any, ports: 80, from: [lan, 192.0.2.9] }
programs: [{ run: [/bin/a, /bin/b], action: deny }, { run: /bin/c, under: base }]
limits: { memory: 1GB, processes: 64 }
leak: { after: ~/.ssh, action: kill }
`;
	const part = readPolicy(text, 'mine.yaml');
	if ('refused' in part) throw new Error(part.detail);
	expect(aloud(compose([part]))).toEqual([
		'It may read /srv/a and your home.',
		'It asks before it may make, change and delete files in the folder where you start it.',
		'It may not change /srv/b: it is not yours.',
		'It may reach the Internet and 192.0.2.0/24 (ports 443 and 8000 to 8010, TCP).',
		'It may listen on any address (port 4662), and each time is noted.',
		'It may listen on any address (port 80), where the local network and 192.0.2.9 may connect.',
		'It may not start /bin/a or /bin/b.',
		'It may start /bin/c, under base.',
		'It has at most 1 GB of memory and 64 processes.',
		'It may not call the system from where no code of it is.',
		'It may not run what it has written itself.',
		'It is killed if it tries to reach out after it has read ~/.ssh.',
		'Whatever is not said here it may not.',
	]);
});
