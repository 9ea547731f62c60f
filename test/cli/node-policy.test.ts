/** The policy of a guarded node allows what its scope has, and nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wordsWithout } from '../../src/cli/guarded-node.ts';
import { nodePolicy } from '../../src/cli/node-policy.ts';
import { Judge } from '../../src/guard/judge.ts';
import { compose } from '../../src/guard/policy.ts';
import { SCOPES, type Scope, scopeOf } from '../../src/world/scope.ts';

const around = { home: '/home/x', program: '/usr/bin/node', called: 'node', here: '/', arguments: [] };
const places = {
	home: '/home/x/s',
	door: '/tmp/door',
	shares: [],
	listen: undefined,
	edonkey: undefined,
	others: [],
	api: undefined,
	reads: [],
	loads: [],
};

function judgeOf(scope: Scope, more: Partial<Parameters<typeof nodePolicy>[0]> = {}): Judge {
	return new Judge(compose([nodePolicy({ scope, ...places, ...more })]), around, ['192.0.2.53']);
}

/** As the guard has it from the kernel's bytes: without dots, but for IPv4 within IPv6. */
function written(text: string): string {
	if (!text.includes(':')) return text;
	const hexadecimal = new URL(`http://[${text}]`).hostname.slice(1, -1);
	const [, high, low] = /^::ffff:([0-9a-f]+):([0-9a-f]+)$/.exec(hexadecimal) ?? [];
	if (high === undefined) return hexadecimal;
	const bytes = [high, low].flatMap((group) => [
		Number.parseInt(group!, 16) >> 8,
		Number.parseInt(group!, 16) & 255,
	]);
	return bytes.join('.');
}

function dials(judge: Judge, text: string, port = 6346): boolean {
	const host = written(text);
	return judge.destination({ direction: 'out', protocol: 'tcp', host, port }).action === 'allow';
}

const special = [
	...['127.0.0.1', '127.77.1.2', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.1.1'],
	...['169.254.169.254', '100.64.0.1', '198.18.0.1', '192.0.0.9', '203.0.113.1', '224.0.0.1', '240.0.0.1'],
	...['255.255.255.255', '8.8.8.8', '1.1.1.1', '192.88.99.1', '192.31.196.1', '192.52.193.1', '192.175.48.1'],
	...['::1', 'fe80::1', 'fd00::1', 'ff02::1', '2001:4860:4860::8888', '2002:7f00:1::', '64:ff9b::7f00:1'],
	...['2001:db8::1', '2001:0:1::', '::8.8.8.8', '100::1', '3fff::1', '5f00::1', '2620:4f:8000::1'],
	...['::ffff:10.0.0.1', '::ffff:8.8.8.8', '::ffff:127.0.0.1'],
];

describe.each(SCOPES)('in the scope %s', (scope) => {
	it('every address is dialled exactly where the scope has it', () => {
		const judge = judgeOf(scope);
		const address = fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom(...special));
		fc.assert(
			fc.property(address, (host) => {
				// No address in particular leads to this machine (ip(7)).
				const reached = /^(::|0\.0\.0\.0)$/.test(written(host)) ? '127.0.0.1' : host;
				expect(dials(judge, host), host).toBe(scopeOf(reached) === scope);
			}),
			{ numRuns: 3000, examples: special.map((host): [string] => [host]) },
		);
	});

	it('the name servers are asked where names are looked up', () => {
		expect(dials(judgeOf(scope), '192.0.2.53', 53)).toBe(scope !== 'practice');
	});
});

it('no mail is sent to the Internet', () => {
	expect(dials(judgeOf('internet'), '8.8.8.8', 25)).toBe(false);
});

it('it listens where its options say', () => {
	const judge = judgeOf('lan', { listen: { host: '192.168.1.5', port: 7000 } });
	const listens = (host: string, port: number): boolean =>
		judge.destination({ direction: 'in', protocol: 'tcp', host, port }).action === 'allow';
	expect(listens('192.168.1.5', 7000)).toBe(true);
	expect(listens('192.168.1.5', 0)).toBe(true);
	expect(listens('192.168.1.5', 7001)).toBe(false);
	expect(listens('0.0.0.0', 7000)).toBe(false);
	expect(listens('127.0.0.1', 4680)).toBe(true);
	expect(listens('192.168.1.5', 4662)).toBe(false);
});

it('for eDonkey it listens at its port, and for datagrams ten above', () => {
	const judge = judgeOf('lan', {
		listen: { host: '192.168.1.5', port: 7000 },
		edonkey: { listen: { host: '192.168.1.5', port: 4662 } },
	});
	const listens = (port: number): boolean =>
		judge.destination({ direction: 'in', protocol: 'udp', host: '192.168.1.5', port }).action === 'allow';
	expect([4661, 4662, 4672, 4673].map(listens)).toEqual([false, true, true, false]);
});

it('for FastTrack and OpenNap it listens at their ports, and nowhere else', () => {
	const judge = judgeOf('lan', {
		listen: { host: '192.168.1.5', port: 7000 },
		others: [
			{ name: 'fasttrack', listen: { host: '192.168.1.5', port: 1214 } },
			{ name: 'opennap', listen: { host: '192.168.1.5', port: 6699 } },
		],
	});
	const listens = (port: number): boolean =>
		judge.destination({ direction: 'in', protocol: 'tcp', host: '192.168.1.5', port }).action === 'allow';
	expect([1213, 1214, 1215, 6699, 6700].map(listens)).toEqual([false, true, false, true, false]);
});

it('it writes its home, and what it shares it reads', () => {
	const judge = judgeOf('practice', { shares: ['/srv/talks'] });
	expect(judge.file('/home/x/s/sallyport.sqlite', 'create').action).toBe('allow');
	expect(judge.file('/srv/talks/a.ogg', 'read').action).toBe('allow');
	expect(judge.file('/srv/talks/a.ogg', 'write').action).toBe('deny');
	expect(judge.file('/home/x/.ssh/id_ed25519', 'read').action).toBe('deny');
	expect(judge.program('/bin/sh').action).toBe('deny');
});

it.each([
	[
		['node', '--share', 'a', '--share=b', '--role', 'leaf'],
		['node', '--role', 'leaf'],
	],
	[
		['node', '--guarded', '--json'],
		['node', '--json'],
	],
	[
		['node', '--guarded', 'on', '--json'],
		['node', '--json'],
	],
	[['--home', 'x', 'node', '--guarded=on'], ['node']],
])('of the words %j the node is given %j', (words, kept) => {
	expect(wordsWithout(words, ['home', 'share', 'config', 'guarded'])).toEqual(kept);
});
