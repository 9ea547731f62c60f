import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { Correlation } from '../../src/guard/correlation.ts';
import type { Surroundings } from '../../src/guard/grants.ts';
import { Judge } from '../../src/guard/judge.ts';
import { findPolicy, profileNames } from '../../src/guard/policies.ts';
import { compose, type Policy } from '../../src/guard/policy.ts';
import { readPolicy } from '../../src/guard/policy-file.ts';
import { review } from '../../src/guard/review.ts';

const around: Surroundings = {
	home: '/home/u',
	program: '/usr/bin/p',
	called: '/usr/bin/p',
	here: '/home/u',
	arguments: ['film.ogv'],
};

function policy(lines: string): Policy {
	const part = readPolicy(`name: test\n${lines}\n`, 'test.yaml');
	if (isRefusal(part)) throw new Error(part.detail);
	return compose([part]);
}

function judge(lines: string, resolvers: readonly string[] = []): Judge {
	return new Judge(policy(lines), around, resolvers);
}

describe('the profiles that come with us', () => {
	it.each(profileNames())('%s is a policy', async (name) => {
		const found = await findPolicy(name);
		expect(isRefusal(found) ? found.detail : found.policy.about).not.toBe('');
		expect(isRefusal(found)).toBe(false);
	});

	it('are the ones that are promised', () => {
		const promised = ['amuled', 'boinc', 'media-player', 'p2p-client', 'sallyport-node', 'unknown-download'];
		expect(profileNames()).toEqual(expect.arrayContaining(promised));
	});

	const folder = mkdtempSync(join(tmpdir(), 'sallyport-policies-'));
	afterAll(() => rmSync(folder, { recursive: true }));

	it('may be used by a policy file, whose own folder is where it looks for others', async () => {
		writeFileSync(join(folder, 'own.yaml'), 'name: own\nuses: [./other.yaml, base]\n');
		writeFileSync(join(folder, 'other.yaml'), 'name: other\nuses: [./own.yaml]\noverflow: kill\n');
		const found = await findPolicy(join(folder, 'own.yaml'));
		expect(found).toMatchObject({ policy: { name: 'own', overflow: 'kill' } });
	});

	it('and a name that is none of them is refused', async () => {
		expect(await findPolicy('no-such-profile')).toMatchObject({ refused: 'guard.policy.missing' });
	});
});

describe('a destination', () => {
	const tcp = (host: string, port = 80, direction: 'in' | 'out' = 'out') =>
		({ direction, host, port, protocol: 'tcp' }) as const;

	it('that no rule names is refused', () => {
		expect(judge('').destination(tcp('192.0.2.1'))).toEqual({ action: 'deny', rule: 'none' });
	});

	it('is judged by the first rule that fits', () => {
		const one = judge('network: [{ out: lan, action: deny }, { out: any, ports: 80 }]');
		expect(one.destination(tcp('10.1.2.3')).action).toBe('deny');
		expect(one.destination(tcp('192.0.2.1')).action).toBe('allow');
		expect(one.destination(tcp('192.0.2.1', 81)).action).toBe('deny');
	});

	it('of no address in particular is this machine', () => {
		const one = judge('network: [{ out: loopback, action: deny }, { out: any }]');
		for (const host of ['0.0.0.0', '::', '127.9.9.9', '::1'])
			expect(one.destination(tcp(host)).action).toBe('deny');
	});

	it('to listen on no address in particular is to listen on all', () => {
		const one = judge('network: [{ in: [loopback, 0.0.0.0/8] }]');
		expect(one.destination(tcp('127.0.0.1', 80, 'in')).action).toBe('allow');
		expect(one.destination(tcp('0.0.0.0', 80, 'in')).action).toBe('deny');
		expect(one.destination(tcp('::', 80, 'in')).action).toBe('deny');
		expect(judge('network: [{ in: any }]').destination(tcp('::', 80, 'in')).action).toBe('allow');
	});

	it('by its name is the addresses that were told', () => {
		const one = judge('network: [{ out: example.org }]');
		expect(one.destination(tcp('192.0.2.1')).action).toBe('deny');
		one.tell('example.org', ['192.0.2.1']);
		expect(one.destination(tcp('192.0.2.1')).action).toBe('allow');
	});

	it('may be the name server of this machine', () => {
		const one = judge('network: [{ out: resolver, ports: 53 }]', ['192.0.2.53']);
		expect(one.destination(tcp('192.0.2.53', 53)).action).toBe('allow');
		expect(one.destination(tcp('192.0.2.54', 53)).action).toBe('deny');
	});
});

describe('a file', () => {
	it('is judged by the longest path', () => {
		const one = judge('files: [{ create: ~ }, { read: ~/.ssh, action: kill }, { read: ~/.ssh/known_hosts }]');
		expect(one.file('/home/u/a', 'create').action).toBe('allow');
		expect(one.file('/home/u/.ssh/id', 'read').action).toBe('kill');
		expect(one.file('/home/u/.ssh/id', 'create').action).toBe('kill');
		expect(one.file('/home/u/.ssh/known_hosts', 'read').action).toBe('allow');
		expect(one.file('/home/user', 'read').action).toBe('deny');
	});

	it('is granted less where a longer path says so', () => {
		const one = judge('files: [{ create: ~ }, { read: ~/music }]');
		expect(one.file('/home/u/music/a', 'read').action).toBe('allow');
		expect(one.file('/home/u/music/a', 'create').action).toBe('deny');
	});

	it('among the arguments may be read where the policy says so', () => {
		expect(judge('files: [{ read: $ARGUMENTS }]').file('/home/u/film.ogv', 'read').action).toBe('allow');
		expect(judge('').file('/home/u/film.ogv', 'read').action).toBe('deny');
	});
});

describe('what follows from what', () => {
	it('who runs what it wrote is a dropper', () => {
		const one = new Correlation(policy('dropper: kill'), around);
		expect(one.runs('/home/u/x')).toBeUndefined();
		one.wrote('/home/u/x');
		expect(one.runs('/home/u/x')).toMatchObject({ action: 'kill' });
	});

	it('who reaches out after it has read a key leaks', () => {
		const one = new Correlation(policy('leak: { after: ~/.ssh }'), around);
		one.read('/home/u/.sshd');
		expect(one.reachesOut()).toBeUndefined();
		one.read('/home/u/.ssh/id');
		expect(one.reachesOut()).toMatchObject({ action: 'deny', because: 'it has read /home/u/.ssh/id' });
	});
});

describe('a review', () => {
	const base = judge('files: [{ read: /usr/share }]');
	const options = { home: '/home/u', base, yesTo: [] as string[], exists: () => true };

	it('makes a folder of three files, and leaves out what every program reads', () => {
		const found = review(
			['read /usr/share/x', 'read /opt/p/a', 'read /opt/p/b', 'read /opt/p/c', 'read /opt/q/a'],
			options,
		);
		expect(found.files).toEqual([
			{ verb: 'read', path: '/opt/p', seen: 3 },
			{ verb: 'read', path: '/opt/q/a', seen: 1 },
		]);
	});

	it('withholds keys, the home and folders that hold much else, until somebody says yes', () => {
		const acts = ['read /home/u/.ssh/id', 'create /home/u/new', 'read /etc/a', 'read /etc/b', 'read /etc/c'];
		const found = review(acts, options);
		expect(found.withheld.map(({ path }) => path)).toEqual(['/home/u/.ssh/id', '/home/u']);
		expect(found.files.map(({ path }) => path)).toEqual(['/etc/a', '/etc/b', '/etc/c']);
		const granted = review(acts, { ...options, yesTo: ['/home/u/.ssh/id'] });
		expect(granted.withheld.map(({ path }) => path)).toEqual(['/home/u']);
		expect(granted.files.map(({ path }) => path)).toContain('/home/u/.ssh/id');
	});

	it('makes kinds of many hosts, and a range of many ports', () => {
		const acts = Array.from({ length: 20 }, (_, n) => `out tcp 192.0.2.${n + 1}:${n < 9 ? 4000 + n : 80}`);
		const found = review([...acts, 'in udp 0.0.0.0:4672'], options);
		expect(found.network).toContainEqual(expect.objectContaining({ hosts: ['internet'], ports: ['80'] }));
		expect(found.network).toContainEqual(
			expect.objectContaining({ direction: 'in', hosts: ['any'], ports: ['4672'] }),
		);
	});
});
