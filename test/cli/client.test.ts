import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../src/cli/client.ts';
import { CommandFailed } from '../../src/cli/context.ts';

/** A node that ends after the first half of each answer. */
const server = createServer((_, response) => {
	response.writeHead(200, { 'content-type': 'application/json' });
	response.write('{"name":"one"}\n{"na', () => response.socket?.destroy());
});
let client: Client;

beforeAll(async () => {
	await once(server.listen(0, '127.0.0.1'), 'listening');
	client = new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'Bearer none');
});
afterAll(() => server.close());

describe('a node that ends in the midst of its answer', () => {
	const said = (error: unknown) => [error?.constructor, (error as Error).message.replace(client.url, 'HERE')];
	const sentence = [CommandFailed, 'The node at HERE has ended before its answer did.'];

	it('is told in words, whatever was asked', async () => {
		expect(said(await client.get('status').catch((error) => error))).toEqual(sentence);
		expect(said(await client.post('searches', {}).catch((error) => error))).toEqual(sentence);
	});

	it('is told in words where lines come, and what has come is there', async () => {
		const lines: unknown[] = [];
		let failed: unknown;
		try {
			for await (const line of client.lines('hits', new AbortController().signal)) lines.push(line);
		} catch (error) {
			failed = error;
		}
		expect(said(failed)).toEqual(sentence);
		expect(lines).toEqual([{ name: 'one' }]);
	});
});
