import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { compose, type PolicyPart } from '../../src/guard/policy.ts';
import { readPolicy } from '../../src/guard/policy-file.ts';

function read(text: string): PolicyPart {
	const part = readPolicy(text, 'test.yaml');
	if (isRefusal(part)) throw new Error(part.detail);
	return part;
}

function faults(text: string): string | undefined {
	const part = readPolicy(text, 'test.yaml');
	if (!isRefusal(part)) return undefined;
	expect(part.refused).toBe('guard.policy.malformed');
	return part.detail;
}

const whole = `name: fetcher
about: fetches from one server into one folder
uses: [base]
files:
  - read: [/etc/fetcher.conf, ~/.fetcher]
  - create: ~/Downloads/
    action: log
    because: they should be seen
network:
  - out: [files.example.org, 192.0.2.0/24, "2001:db8::/32"]
    ports: [443, 8000-8010]
    protocol: tcp
  - in: any
    ports: 4662
  - socket: /run/avahi-daemon/socket
programs:
  - run: [/usr/bin/fetcher, $PROGRAM]
limits: { memory: 1GB, processes: 64, open-files: 1024, file-size: 4GB, cpu: 2h }
overflow: kill
opens: heard
made-code: deny
dropper: ask
leak: { after: ~/.ssh, action: kill }
`;

describe('a policy', () => {
	it('is read with the line of each rule', () => {
		const part = read(whole);
		expect(part.files).toEqual([
			{ verb: 'read', path: '/etc/fetcher.conf', action: 'allow', where: 'test.yaml:5' },
			{ verb: 'read', path: '~/.fetcher', action: 'allow', where: 'test.yaml:5' },
			{
				verb: 'create',
				path: '~/Downloads/',
				action: 'log',
				because: 'they should be seen',
				where: 'test.yaml:6',
			},
		]);
		expect(part.network.map(({ direction, ports, protocols }) => ({ direction, ports, protocols }))).toEqual([
			{
				direction: 'out',
				ports: [
					[443, 443],
					[8000, 8010],
				],
				protocols: ['tcp'],
			},
			{ direction: 'in', ports: [[4662, 4662]], protocols: [] },
		]);
		expect(part.sockets).toEqual([
			{ path: '/run/avahi-daemon/socket', action: 'allow', where: 'test.yaml:15' },
		]);
		expect(part.programs.map(({ path }) => path)).toEqual(['/usr/bin/fetcher', '$PROGRAM']);
		expect(part.limits).toEqual({
			memory: 1e9,
			processes: 64,
			'open-files': 1024,
			'file-size': 4e9,
			cpu: 7200,
		});
		expect(part.leaks).toMatchObject([{ after: ['~/.ssh'], action: 'kill' }]);
		expect(part).toMatchObject({ overflow: 'kill', opens: 'heard', madeCode: 'deny', dropper: 'ask' });
	});

	it('puts its own rules before those of the profiles that it uses', () => {
		const own = read('name: own\nnetwork: [{ out: any }]\nlimits: { processes: 2 }\n');
		const used = read(
			'name: used\nnetwork: [{ out: lan, action: deny }]\nlimits: { processes: 9, memory: 1MB }\noverflow: off\n',
		);
		const policy = compose([own, used]);
		expect(policy.name).toBe('own');
		expect(policy.network.map(({ action }) => action)).toEqual(['allow', 'deny']);
		expect(policy.limits).toEqual({ processes: 2, memory: 1e6 });
		expect(policy.overflow).toBe('off');
		expect(policy.dropper).toBe('deny');
	});

	it.each([
		['', 'line 1: a policy must be a mapping'],
		['name: x\nflies: []\n', 'line 2: "flies" is not known here'],
		['name: x\nname: y\n', 'line 2: Map keys must be unique'],
		['name: X Y\n', 'line 1: name: must be of small letters'],
		['about: nothing\n', 'line 1: name: must be a text'],
		['name: x\nfiles: /etc\n', 'line 2: files must be a list of rules'],
		['name: x\nfiles:\n  - read: etc\n', 'line 3: "etc" is not a path'],
		['name: x\nfiles:\n  - read: /a/../b\n', 'line 3: "/a/../b" goes up'],
		['name: x\nfiles:\n  - read: $HOMER\n', 'line 3: "$HOMER" is not a path'],
		['name: x\nfiles:\n  - read: /a\n    write: /b\n', 'line 3: must have exactly one of read'],
		['name: x\nfiles:\n  - read: /a\n    action: permit\n', 'line 4: action: must be one of allow, log'],
		['name: x\nnetwork:\n  - out: 300.1.1.1\n', 'line 3: "300.1.1.1" is no host'],
		['name: x\nnetwork:\n  - out: any\n    in: any\n', 'line 3: must have exactly one of out, in'],
		['name: x\nnetwork:\n  - in: example.org\n', 'line 3: "example.org" is no host'],
		['name: x\nnetwork:\n  - out: any\n    ports: 70000\n', 'line 4: "70000" is not a port'],
		['name: x\nnetwork:\n  - out: any\n    ports: 9-8\n', 'line 4: "9-8" is not a port'],
		['name: x\nnetwork:\n  - out: any\n    protocol: icmp\n', 'line 4: protocol: must be one of'],
		['name: x\nlimits: { memory: lots }\n', 'line 2: memory: "lots" is not understood'],
		['name: x\nleak: { action: kill }\n', 'line 2: must have after'],
		['name: x\noverflow: no\n', 'line 2: overflow: must be one of off, deny, kill'],
		['name: x\nuses: []\n', 'line 2: uses: must not be empty'],
		['name: x\nfiles: *a\n', 'line 2: '],
		['name: [x\n', 'line 2: '],
	])('that reads %j is refused with its line', (text, message) => {
		expect(faults(text)).toContain(message);
	});

	it('of any text is a policy or faults with lines', () => {
		const words = [
			'name',
			'files',
			'read',
			':',
			'-',
			'\n',
			' ',
			'  ',
			'[',
			'{',
			'}',
			'/etc',
			'*a',
			'&a',
			'"',
			'|',
		];
		fc.assert(
			fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => {
				const found = readPolicy(parts.join(''), 'x');
				if (isRefusal(found)) expect(found.detail).toMatch(/^line \d+: /);
				else expect(found.name).toMatch(/^[a-z0-9-]+$/);
			}),
		);
	});
});
