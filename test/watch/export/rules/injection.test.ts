/** Texts of strangers in rules: a program's name, a host's name. None becomes more than a text. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formats } from '../../../../src/watch/export/rules/formats.ts';
import { Gatherer } from '../../../../src/watch/export/rules/refused.ts';
import { FlowRecord } from '../../../../src/watch/flows/record.ts';
import { localByDefault } from '../../../../src/watch/policy-file.ts';
import {
	NotInGrammar,
	readCisco,
	readIptables,
	readNft,
	readSinkhole,
	readSnort,
	readSuricata,
	readZeek,
} from './grammars.ts';

const grammars: Readonly<Record<string, (text: string) => unknown>> = {
	nft: readNft,
	iptables: readIptables,
	suricata: readSuricata,
	snort: readSnort,
	zeek: readZeek,
	'dns-sinkhole': readSinkhole,
	'cisco-acl': readCisco,
};

function textOf(format: string, label: string, name: string): string {
	const gatherer = new Gatherer(localByDefault);
	const record = new FlowRecord();
	record.source.set([10, 0, 0, 1]);
	record.destination.set([192, 0, 2, 9]);
	record.destinationPort = 6346;
	record.protocol = 6;
	const verdict = { network: 'gnutella', evidence: '', packets: 1, label } as const;
	gatherer.add(record, { ...verdict, by: 'payload' });
	record.destinationPort = 80;
	gatherer.add(record, { ...verdict, by: 'seed', name });
	return formats.get(format)!(gatherer.refused());
}

/** Each would be a rule of its own, or end a quotation, if it came through as it is. */
const attacks: Readonly<Record<string, string>> = {
	nft: 'x" }\n} table inet evil { }\n#',
	iptables: 'x" -j ACCEPT\n-A INPUT -j ACCEPT\n#',
	suricata: 'x\npass ip any any -> any any (sid:1;)\n#',
	snort: 'x\npass ip any any -> any any (sid:1;)\n#',
	zeek: 'x\nsignature evil { payload /.*/ eval boom }\n#',
	'dns-sinkhole': 'x\n\tlocal-data: "bank.example. A 192.0.2.66"\n#',
	'cisco-acl': 'x\n permit ip any any\n no access-list\n!',
};

const hostile = fc.oneof(
	fc.string({ unit: 'binary', maxLength: 80 }),
	fc
		.array(
			fc.constantFrom(
				'"',
				"'",
				'\\',
				'\n',
				'\r',
				';',
				'|',
				'{',
				'}',
				'(',
				')',
				'#',
				'!',
				'$',
				'`',
				'\0',
				'%',
				' ',
				'a',
			),
			{ maxLength: 60 },
		)
		.map((signs) => signs.join('')),
	fc.constantFrom(...Object.values(attacks), '\u2028permit', '\u202edrop', 'é', '\x85x', ' ', '-j', '!'),
);

describe.each([...formats.keys()])('%s', (format) => {
	const read = grammars[format]!;

	it('stays in its grammar, with as many rules, whatever a program or a host calls itself', () => {
		const plain = read(textOf(format, 'LimeWire', ''));
		fc.assert(
			fc.property(hostile, hostile, (label, name) => {
				const found = read(textOf(format, label, name));
				if (format !== 'dns-sinkhole') expect(found).toEqual(plain);
			}),
			{ numRuns: 300 },
		);
	});

	it('would be broken by the attack if the text came through as it is', () => {
		// Our own text with a mark in it, and the mark replaced behind our back: the defence is off.
		const marked = textOf(format, 'MARK', 'mark.example');
		const attack = attacks[format]!;
		const broken = marked.replaceAll('MARK', () => attack).replaceAll('mark.example', () => attack);
		expect(broken).not.toBe(marked);
		expect(() => read(broken)).toThrow(NotInGrammar);
		expect(() => read(textOf(format, attack, attack))).not.toThrow();
	});
});

it('a name of a host is one, or it is left out', () => {
	const said = (name: string) => readSinkhole(textOf('dns-sinkhole', '', name)).said;
	expect(said('Cache.Example.ORG:8080')).toEqual(['cache.example.org']);
	for (const name of [
		'com',
		'192.0.2.1',
		'a..b',
		'-a.example',
		'a_b.example',
		'a b.example',
		'a.example"',
		`${'a'.repeat(64)}.example`,
	])
		expect(said(name), name).toEqual([]);
});
