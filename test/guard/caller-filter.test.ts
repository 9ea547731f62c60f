/** The filter lets in whom the rules let in: run by a small interpreter of classic BPF, against the rules themselves. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Callers } from '../../src/guard/callers.ts';
import { Judge } from '../../src/guard/judge.ts';
import { callerFilter } from '../../src/guard/kernel/caller-filter.ts';
import { compose } from '../../src/guard/policy.ts';
import { readPolicy } from '../../src/guard/policy-file.ts';
import { contains, rangeOf, singleOf } from '../../src/policy/ranges.ts';

/** True: the packet is let in. Follows the kernel's rules: a load beyond the packet drops it. */
function run(filter: Uint8Array, packet: Uint8Array): boolean {
	const code = new DataView(filter.buffer);
	const bytes = new DataView(packet.buffer);
	let accumulator = 0;
	for (let at = 0; ; at++) {
		const value = code.getUint32(at * 8 + 4, true);
		const offset = value - 0xfff00000;
		switch (code.getUint16(at * 8, true)) {
			case 0x20:
				if (offset + 4 > packet.length) return false;
				accumulator = bytes.getUint32(offset);
				break;
			case 0x30:
				accumulator = bytes.getUint8(offset);
				break;
			case 0x54:
				accumulator = (accumulator & value) >>> 0;
				break;
			case 0x74:
				accumulator >>>= value;
				break;
			case 0x05:
				at += value;
				break;
			case 0x15:
				at += code.getUint8(at * 8 + (accumulator === value ? 2 : 3));
				break;
			case 0x06:
				return value !== 0;
			default:
				throw new Error(`step ${at} is not known`);
		}
	}
}

function packetFrom(host: string): Uint8Array {
	const { version, bytes } = singleOf(host)!;
	const packet = new Uint8Array(version === 4 ? 20 : 40);
	packet[0] = version === 4 ? 0x45 : 0x60;
	packet.set(bytes, version === 4 ? 12 : 8);
	return packet;
}

function expected(callers: Callers, host: string): boolean {
	const address = singleOf(host)!;
	const clause = callers.find(({ hosts, others }) => {
		const among = hosts.some((range) => contains(range, address));
		return others ? !among : among;
	});
	return clause?.may ?? false;
}

const four = fc.ipV4();
const six = fc.oneof(fc.constantFrom('::1', 'fe80::1', '2001:db8::7'), fc.ipV6()).filter((text) => {
	const found = singleOf(text);
	return found !== undefined && found.version === 6;
});
const range = fc
	.oneof(fc.tuple(four, fc.integer({ min: 0, max: 32 })), fc.tuple(six, fc.integer({ min: 0, max: 128 })))
	.map(([host, bits]) => rangeOf(`${host}/${bits}`))
	.filter((found) => found !== undefined);
const callers = fc.array(
	fc.record({ may: fc.boolean(), hosts: fc.array(range, { maxLength: 5 }), others: fc.boolean() }),
	{ maxLength: 5 },
);

describe('the filter', () => {
	it('lets in whom the clauses let in', () => {
		fc.assert(
			fc.property(callers, fc.oneof(four, six), fc.nat(), (clauses, any, pick) => {
				const hosts = clauses.flatMap((one) => one.hosts);
				const near = hosts[pick % Math.max(1, hosts.length)]?.text.split('/')[0];
				for (const host of near === undefined ? [any] : [any, near])
					expect(run(callerFilter(clauses)!, packetFrom(host)), host).toBe(expected(clauses, host));
			}),
		);
	});

	it('drops what is no IP, and is none where it would be too long for the kernel', () => {
		const everybody = [{ may: true, hosts: [], others: true }];
		expect(run(callerFilter(everybody)!, new Uint8Array(20))).toBe(false);
		const hosts = Array.from({ length: 1500 }, (_, index) => rangeOf(`10.0.${index >> 8}.${index & 255}`)!);
		expect(callerFilter([{ may: true, hosts, others: false }])).toBeUndefined();
	});
});

describe('rules', () => {
	function judgeOf(rules: string): Judge {
		const part = readPolicy(`name: test\nnetwork:\n${rules}`, 'p.yaml');
		if ('refused' in part) throw new Error(part.detail);
		const around = { home: '/home/me', program: '/bin/x', called: 'x', here: '/', arguments: [] };
		return new Judge(compose([part]), around, ['192.0.2.53']);
	}
	function admits(rules: string, caller: string, port = 80): boolean {
		const to = { direction: 'in', protocol: 'tcp', host: '0.0.0.0', port } as const;
		const judge = judgeOf(rules);
		if (judge.destination(to).action !== 'allow') return false;
		const found = judge.callers(to);
		const sends = found === undefined || run(callerFilter(found)!, packetFrom(caller));
		// A connection is judged by the same rules.
		expect(judge.caller(to, caller).action !== 'deny').toBe(sends);
		return sends;
	}

	it.each([
		[
			'who is named may connect, and nobody else',
			'  - { in: any, from: [lan, 203.0.113.7] }\n',
			['10.1.2.3', '203.0.113.7', 'fe80::1'],
			['203.0.113.8', '127.0.0.1', '2001:db8::1'],
		],
		[
			'several rules add up',
			'  - { in: any, from: loopback }\n  - { in: any, from: 192.0.2.0/24 }\n',
			['127.0.0.1', '::1', '192.0.2.9'],
			['10.0.0.1', '198.51.100.1'],
		],
		[
			'one who is refused first stays outside',
			'  - { in: any, from: 192.0.2.9, action: deny }\n  - { in: any }\n',
			['192.0.2.8', '2001:db8::1'],
			['192.0.2.9'],
		],
		[
			'the Internet is who is neither near nor this machine',
			'  - { in: any, from: internet }\n',
			['8.8.8.8', '2001:db8::1'],
			['192.168.0.1', '127.9.9.9', '::1', 'fe80::2'],
		],
		[
			'a rule of another port says nothing',
			'  - { in: any, ports: 81, from: lan }\n  - { in: any, ports: 80, from: loopback }\n',
			['127.0.0.1'],
			['10.0.0.1'],
		],
		[
			'a refusal alone permits nobody',
			'  - { in: any, from: lan, action: deny }\n',
			[],
			['10.0.0.1', '8.8.8.8'],
		],
	])('%s', (_name, rules, inside, outside) => {
		for (const caller of inside) expect(admits(rules, caller), caller).toBe(true);
		for (const caller of outside) expect(admits(rules, caller), caller).toBe(false);
	});

	it('where nobody is named there is no filter', () => {
		const to = { direction: 'in', protocol: 'tcp', host: '0.0.0.0', port: 80 } as const;
		expect(judgeOf('  - { in: any }\n  - { in: any, from: lan }\n').callers(to)).toBeUndefined();
	});

	it('mistakes are told with their lines', () => {
		const text = `name: test
network:
  - { out: any, from: lan }
  - { in: any, from: nowhere.example }
  - { in: any, from: lan, action: ask }
`;
		const found = readPolicy(text, 'p.yaml');
		expect('refused' in found && found.detail).toMatch(
			/line 3: from: goes with in.*line 4: "nowhere\.example" is no address or range; line 5: from: the kernel drops/,
		);
	});
});
