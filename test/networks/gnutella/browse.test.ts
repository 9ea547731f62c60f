/** `GET /` at a servent: what this node shares, where its user lets others see it. */
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../../src/evidence/refusal.ts';
import { decodeHit } from '../../../src/networks/gnutella/wire/hit.ts';
import {
	MessageSplitter,
	MessageType,
	payloadOf,
	typeOf,
} from '../../../src/networks/gnutella/wire/message.ts';
import { utf8 } from '../../../src/networks/gnutella/wire/text.ts';
import { attacker } from '../../attacks/attacker.ts';
import { makeNet, servent, sha1Of } from './net.ts';

const HOST = '10.1.0.1';
const PACKETS = 'Accept: application/x-gnutella-packets\r\n';

function files(count: number) {
	return Array.from({ length: count }, (_, index) => ({ name: `song ${index}.ogg`, size: 1000 + index }));
}

function asked(request: string, browse: boolean, of = files(3)) {
	const net = makeNet();
	const host = servent(net, HOST, { files: of, browse });
	const asker = attacker(net, '10.3.0.1');
	asker.greeting = (link) => asker.world.send(link, utf8(request));
	asker.dial(HOST);
	net.run(net.now + 60_000);
	const said = asker.texts.join('');
	const end = said.indexOf('\r\n\r\n') + 4;
	return { host, asker, head: said.slice(0, end), body: Buffer.from(said.slice(end), 'latin1') };
}

/** Names in all hits of a body. */
function namesIn(body: Uint8Array): string[] {
	const splitter = new MessageSplitter(() => 65_536);
	splitter.push(body);
	const names: string[] = [];
	for (let frame = splitter.next(); frame !== undefined; frame = splitter.next()) {
		if (isRefusal(frame)) throw new Error(frame.refused);
		expect(typeOf(frame)).toBe(MessageType.Hit);
		const hit = decodeHit(payloadOf(frame));
		if (isRefusal(hit)) throw new Error(hit.refused);
		expect(hit.browsable).toBe(true);
		names.push(...hit.records.map(({ name }) => name));
	}
	return names;
}

describe('browsing a host', () => {
	it('is off by default, and the answer says so', () => {
		const { head, body, asker } = asked(`GET / HTTP/1.1\r\n${PACKETS}\r\n`, false);
		expect(head).toMatch(/^HTTP\/1\.1 403 This node does not let others browse what it shares\r\n/);
		expect(body).toHaveLength(0);
		expect(asker.closes).toHaveLength(1);
	});

	it('gives hits to a servent', () => {
		const { head, body } = asked(`GET / HTTP/1.1\r\n${PACKETS}\r\n`, true);
		expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
		expect(head).toContain('Content-Type: application/x-gnutella-packets\r\n');
		expect(namesIn(body)).toEqual(['song 0.ogg', 'song 1.ogg', 'song 2.ogg']);
	});

	it('gives a page to anyone else, in which a name is text', () => {
		const name = '<script>alert("x")</script>.mp3';
		const { head, body } = asked('GET / HTTP/1.0\r\n\r\n', true, [{ name, size: 7 }]);
		const text = body.toString();
		expect(head).toContain("Content-Security-Policy: default-src 'none'\r\n");
		expect(text).not.toContain('<script');
		expect(text).toContain('&#60;script&#62;alert(&#34;x&#34;)&#60;/script&#62;.mp3 (7 bytes)');
		expect(text).toMatch(/<a href="\/uri-res\/N2R\?urn:sha1:[A-Z2-7]{32}">/);
		expect(sha1Of(name)).toHaveLength(20);
	});

	it('gives a HEAD its head alone', () => {
		const { head, body } = asked('HEAD / HTTP/1.1\r\n\r\n', true);
		expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
		expect(body).toHaveLength(0);
	});

	it('ends after ten thousand files, however slowly the link takes them', () => {
		const { body } = asked(`GET / HTTP/1.1\r\n${PACKETS}\r\n`, true, files(10_050));
		expect(namesIn(body)).toHaveLength(10_000);
	});

	it('leaves a link that nobody reads', () => {
		const net = makeNet();
		const host = servent(net, HOST, { files: files(10_000), browse: true });
		const asker = attacker(net, '10.3.0.1');
		asker.greeting = (link) => {
			asker.world.send(link, utf8(`GET / HTTP/1.1\r\n${PACKETS}\r\n`));
			asker.world.pause(link, true);
		};
		asker.dial(HOST);
		net.run(net.now + 5000);
		expect(host.world.links).toBe(1);
		net.run(net.now + 200_000);
		expect(host.world.links).toBe(0);
	});
});
