import { describe, expect, it } from 'vitest';
import { PathTraversal } from '../../src/defence/path-traversal.ts';
import { utf8 } from '../../src/networks/gnutella/wire/text.ts';
import { makeNet, servent } from '../networks/gnutella/net.ts';
import { attacker } from './attacker.ts';

/** The talk's two BearShare URLs, and what they were made from: 5 targets x climbing x encoding x place. */
const talk = ['/get/1/%5c..%5c..%5c..%5cwindows%5cwin.ini', '/%5c..%5c..%5c..%5c..%5cwindows%5cwin.ini'];

const slashes = [
	'/',
	'%2f',
	'%2F',
	'%252f',
	'%5c',
	'%5C',
	'%255c',
	'\\',
	'%c0%af',
	'%c1%9c',
	'%e0%80%af',
	'%u2215',
	'%uff0f',
	'%ef%bc%8f',
];
const dots = ['..', '%2e%2e', '.%2e', '%2e.', '%252e%252e', '%c0%ae%c0%ae', '%uff0e%uff0e', '...'];
const targets = ['etc/passwd', 'windows/win.ini'];

const encodings: string[] = [...talk];
for (const slash of slashes) {
	for (const dot of dots) {
		for (const target of targets) {
			encodings.push(`/get/1/${(dot + slash).repeat(4)}${target.replace('/', slash)}`);
		}
	}
}
encodings.push(
	'/get/1/C:%5cwindows%5cwin.ini',
	'/get/1//etc/passwd',
	'/get/1/talk.pdf%00.txt',
	'/..',
	'/get/..',
	'/get/1/..',
);

describe('somebody asks for a file outside the share', () => {
	it('in at least 200 encodings, and each gets the same no', () => {
		expect(encodings.length).toBeGreaterThanOrEqual(200);
		const net = makeNet();
		const one = servent(net, '10.1.0.1', {
			role: 'ultrapeer',
			files: [{ name: 'talk.pdf' }],
			defencesOff: ['connection-flood', 'misbehaviour'],
		});
		const good = attacker(net, '10.2.0.1');
		good.greeting = (link) => good.world.send(link, utf8('GET /get/1/talk.pdf HTTP/1.0\r\n\r\n'));
		good.dial(one.ip);
		net.run(net.now + 1000);
		expect(good.texts.join('')).toContain('200 OK');
		for (const target of encodings) {
			const evil = attacker(net, '10.66.0.1');
			evil.greeting = (link) => evil.world.send(link, utf8(`GET ${target} HTTP/1.0\r\n\r\n`));
			evil.dial(one.ip);
			net.run(net.now + 500);
			expect(evil.texts.join(''), target).toMatch(/^HTTP\/1\.1 (400|404) /);
			net.kill('10.66.0.1');
		}
	});

	it('and is recognised with the defence, and banned; without it the answer is the same no, unnoticed', () => {
		const asked = (defencesOff: string[]) => {
			const net = makeNet();
			const one = servent(net, '10.1.0.1', { role: 'ultrapeer', files: [{ name: 'talk.pdf' }], defencesOff });
			const evil = attacker(net, '10.66.0.1');
			for (const target of talk.concat(talk)) {
				evil.greeting = (link) => evil.world.send(link, utf8(`GET ${target} HTTP/1.0\r\n\r\n`));
				evil.dial(one.ip);
				net.run(net.now + 500);
			}
			return { codes: one.codes(), answers: evil.texts };
		};
		const off = asked(['path-traversal']);
		expect(off.codes).toEqual([]);
		expect(off.answers.every((text) => text.includes(' 404 '))).toBe(true);
		const on = asked([]);
		expect(on.codes).toContain('defence.path.traversal');
		expect(on.answers.at(-1)).toContain(' 429 ');
	});
});

describe('the recogniser', () => {
	it('knows each of the encodings', () => {
		const defence = new PathTraversal(true);
		expect(encodings.filter((target) => defence.suspicious(`GET ${target} HTTP/1.1`) === undefined)).toEqual(
			[],
		);
	});

	it('leaves ordinary names alone', () => {
		const defence = new PathTraversal(true);
		const names = [
			'vyncke%20slides.pdf',
			'a..b.txt',
			'what%3F...mp3',
			'100%25%20pure.ogg',
			'C%20major%20scale.mid',
			'R%C3%A9sum%C3%A9.doc',
			'and%20so%20on...',
		];
		expect(names.filter((name) => defence.suspicious(`GET /get/12/${name} HTTP/1.1`) !== undefined)).toEqual(
			[],
		);
	});
});
