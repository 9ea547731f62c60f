/** Profiles of firejail, written for these tests: what becomes a rule, and what is said of the rest. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Imported, importFirejail } from '../../src/guard/firejail.ts';
import { readPolicy } from '../../src/guard/policy-file.ts';
import { importedText } from '../../src/guard/policy-text.ts';

const programs = ['python3', 'python3.11', 'gzip', 'tar'];

function imported(
	text: string,
	included: Record<string, string> = {},
	yesTo: readonly string[] = [],
): Imported {
	return importFirejail(text, 'p.profile', {
		...{ home: '/home/me', yesTo, exists: () => true },
		include: (name) => (Object.hasOwn(included, name) ? included[name] : undefined),
		names: (folder) => (folder === '/usr/bin' ? programs : []),
	});
}

function fates(found: Imported): string[] {
	return found.lines.map(({ line, fate, means }) => `${line} ${fate}: ${means}`);
}

describe('a profile becomes a policy', () => {
	it('of a program with folders of its own and no network', () => {
		const found = imported(`# a viewer
include disable-common.inc
mkdir \${HOME}/.viewer
whitelist \${HOME}/.viewer
whitelist \${PICTURES}
read-only \${PICTURES}
caps.drop all
net none
private-bin gzip,python3*,unzip
private-etc fonts,hosts
memory-deny-write-execute
rlimit-nproc 64
`);
		expect(importedText('viewer', found, '/home/me')).toBe(`name: viewer
about: imported from a profile of firejail
uses: [base]
files:
  - create: ~/.viewer/
  - read: /etc/fonts
  - read: /etc/hosts
  - read: ~/Pictures
programs:
  - run: [/usr/bin/gzip, /usr/bin/python3, /usr/bin/python3.11]
limits: { processes: 64 }
made-code: deny
`);
		expect(fates(found)).toEqual([
			'2 already: what no rule names is not there',
			'3 maps: create: /home/me/.viewer',
			'4 maps: create: /home/me/.viewer',
			'5 maps: create: /home/me/Pictures',
			'6 maps: of what is granted, /home/me/Pictures is only read',
			'7 already: the walls have it for every program',
			'8 already: no rule names the network',
			'9 maps: programs: 3; not installed here: unzip',
			'10 maps: read: /etc/fonts; read: /etc/hosts',
			'11 maps: made-code: deny',
			'12 maps: limits: processes: 64',
		]);
	});

	it('whose network firejail leaves open, which is not opened', () => {
		const found = imported('whitelist ~/.client\nprotocol unix,inet,inet6\nnetfilter\n');
		expect(found.network).toBe(true);
		const text = importedText('client', found, '/home/me');
		expect(text).not.toMatch(/^network:/m);
		expect(text).toContain('# network: firejail leaves it open');
		expect(imported('protocol unix\n').network).toBe(false);
	});

	it('with included files, each once, and lines that it says to ignore', () => {
		const found = imported('ignore private-bin\ninclude own.profile\nwhitelist ~/a\n', {
			'own.profile': 'private-bin gzip\nwhitelist ~/b\ninclude own.profile\ninclude own.local\n',
		});
		expect(found.files.map(({ path }) => path)).toEqual(['/home/me/b', '/home/me/a']);
		expect(found.programs).toEqual([]);
		expect(found.lines.map(({ file, line, fate }) => `${file}:${line} ${fate}`)).toEqual([
			'p.profile:1 already',
			'own.profile:1 not',
			'own.profile:2 maps',
			'own.profile:3 already',
			'own.profile:4 already',
			'p.profile:2 maps',
			'p.profile:3 maps',
		]);
	});
});

describe('nothing widens by itself', () => {
	it('neither to the home nor to keys, until somebody says yes to exactly that', () => {
		const text = `whitelist \${HOME}\nnoblacklist ~/.ssh\nwhitelist ~/.config\nprivate-etc shadow\nwhitelist /var/lib\n`;
		const found = imported(text);
		expect(found.files).toEqual([]);
		expect(fates(found)).toEqual([
			'1 withheld: create /home/me: it is the whole home',
			'2 withheld: create /home/me/.ssh: it is precious',
			'3 withheld: create /home/me/.config: /home/me/.config/google-chrome is in it',
			'4 withheld: read /etc/shadow: it is precious',
			'5 withheld: read /var/lib: it holds much else',
		]);
		expect(importedText('x', found, '/home/me')).toContain(
			'# withheld: create /home/me/.ssh: it is precious',
		);
		expect(imported(text, {}, ['/home/me/.ssh']).files).toEqual([{ verb: 'create', path: '/home/me/.ssh' }]);
	});

	it('a read-only line lifts nothing into what is granted, and holds against a whitelist after it', () => {
		expect(imported('read-only ~/a\n').files).toEqual([]);
		expect(imported('read-only ~/a\nwhitelist ~/a\n').files).toEqual([{ verb: 'read', path: '/home/me/a' }]);
		expect(imported('whitelist ~/a\nread-only ~/a/b\n').files).toEqual([
			{ verb: 'create', path: '/home/me/a' },
			{ verb: 'read', path: '/home/me/a/b' },
		]);
	});

	it.each([
		['whitelist ~/.mozilla/*/x', 'is a pattern'],
		[`whitelist \${RUNUSER}/pulse`, 'is no path here'],
		['whitelist ~/../other', 'is no path here'],
		['whitelist /run/user', 'is a place of the running system'],
		['whitelist /opt/../etc', 'is no path here'],
		[`noblacklist \${PATH}/perl`, 'may be started'],
		['?HAS_X11: whitelist ~/x', 'depends on how firejail is set up'],
		['net eth0', 'it has no interface of its own'],
		['dbus-user.talk org.example.Portal', 'the bus is one socket'],
		['protocol unix,inet,packet', 'there are no sockets for packet here'],
		['private /srv/home', 'no other folder takes the place of the home'],
		['caps.keep net_raw', 'rights of root are not given'],
		['rlimit-nproc many', 'its number is not understood'],
		['something-new 7', 'it has no counterpart here'],
		['constructor 7', 'it has no counterpart here'],
		['__proto__ 7', 'it has no counterpart here'],
	])('%s does not map, and that is said', (line, means) => {
		const found = imported(`${line}\n`);
		expect(found.lines).toMatchObject([{ line: 1, fate: 'not', means: expect.stringContaining(means) }]);
		expect([...found.files, ...found.programs]).toEqual([]);
	});
});

it('whatever a profile says, the policy can be read, and grants nothing outside of what its lines say', () => {
	const word = fc.constantFrom(
		...['whitelist', 'noblacklist', 'read-only', 'private-etc', 'private-bin', 'mkdir', 'include', 'ignore'],
		...['rlimit-nofile', 'net', '?X:', 'protocol', 'private-opt'],
	);
	const path = fc.oneof(
		fc.string(),
		fc.constantFrom(
			`\${HOME}/x`,
			'~/.ssh',
			'/',
			'~',
			'/etc',
			'a,b',
			'*',
			'p.profile',
			'/a: b # c',
			'~/"',
			"~/'{",
		),
	);
	fc.assert(
		fc.property(fc.array(fc.tuple(word, path)), (lines) => {
			const text = lines.map(([one, other]) => `${one} ${other}`).join('\n');
			const found = imported(text, { 'p.profile': text });
			const policy = readPolicy(importedText('any', found, '/home/me'), 'any.yaml');
			expect('refused' in policy ? policy.detail : '').toBe('');
			for (const { path: granted } of found.files) {
				expect(granted).not.toMatch(/^(\/|\/home\/me|\/etc)\/?$/);
				expect(granted).not.toContain('/home/me/.ssh');
			}
		}),
	);
});

/** Where Debian's package firejail-profiles is installed, or unpacked. */
const shipped = process.env['SALLYPORT_FIREJAIL'] ?? '/etc/firejail';
const there = existsSync(join(shipped, 'default.profile'));
if (!there)
	console.log(
		`firejail's own profiles are not tried: ${shipped} has none (SALLYPORT_FIREJAIL names a folder)`,
	);

it.skipIf(!there)(
	'each profile that Debian ships becomes a policy that can be read, and grants no home and no key',
	() => {
		const read = (name: string): string | undefined =>
			existsSync(join(shipped, name)) ? readFileSync(join(shipped, name), 'utf8') : undefined;
		const names = readdirSync(shipped).filter((name) => name.endsWith('.profile'));
		const fates = { maps: 0, already: 0, not: 0, withheld: 0 };
		let whole = 0;
		for (const name of names) {
			const found = importFirejail(read(name)!, name, {
				...{ home: '/home/me', yesTo: [], exists: () => true, include: read },
				names: (folder) => (folder === '/usr/bin' ? programs : []),
			});
			expect([name, 'refused' in readPolicy(importedText('any', found, '/home/me'), name)]).toEqual([
				name,
				false,
			]);
			for (const { path } of found.files) expect(path).not.toMatch(/^\/home\/me\/?$|\/\.(ssh|gnupg)\b/);
			for (const { fate } of found.lines) fates[fate]++;
			if (found.lines.every(({ fate }) => fate === 'maps' || fate === 'already')) whole++;
		}
		const lines = Object.values(fates).reduce((sum, one) => sum + one, 0);
		console.log(
			`${names.length} profiles, ${whole} of them whole; ${lines} lines with those of included files: ${JSON.stringify(fates)}`,
		);
		expect(fates.maps).toBeGreaterThan(names.length);
	},
);
