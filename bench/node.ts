/** Our side: a real node, `sallyport node --role ultrapeer`, with its defences on. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readApiKey } from '../src/node/api-key.ts';
import { end, owned } from './children.ts';
import type { Library } from './library.ts';

const launcher = resolve(import.meta.dirname, '../bin/sallyport.js');

export interface Side {
	readonly host: string;
	readonly port: number;
	readonly pid: number;
	end(): Promise<void>;
}

export interface OurNode extends Side {
	ask<Answer>(path: string): Promise<Answer>;
	send<Answer>(method: string, path: string, body?: object): Promise<Answer>;
}

/** SALLYPORT_BENCH_NODE_FLAGS: flags for its Node.js, such as `--cpu-prof --cpu-prof-dir=/tmp/profile`. */
export async function startNode(
	library: Pick<Library, 'folder' | 'share' | 'files'> | undefined,
	more: readonly string[] = [],
): Promise<OurNode> {
	const home = library === undefined ? emptyHome() : join(library.folder, `home-${performance.now()}`);
	const flags = process.env['SALLYPORT_BENCH_NODE_FLAGS']?.split(' ') ?? [];
	const words = ['node', '--home', home, '--listen', '127.0.0.1:0', '--api', '127.0.0.1:0', ...more];
	words.push('--role', 'ultrapeer');
	if (library !== undefined) words.push('--share', library.share);
	const child = owned(
		spawn(process.execPath, [...flags, launcher, ...words], { stdio: ['ignore', 'ignore', 'inherit'] }),
	);
	const send = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
		const key = readApiKey(home);
		if (key === undefined) throw new Error('the node has no API yet');
		const answer = await fetch(`${key.url}/api/v1/${path}`, {
			method,
			headers: {
				authorization: `Bearer ${key.token}`,
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			...(body !== undefined && { body: JSON.stringify(body) }),
		});
		if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
		return (answer.status === 204 ? undefined : await answer.json()) as Answer;
	};
	const ask = <Answer>(path: string): Promise<Answer> => send('GET', path);
	const listen = await ready(ask, library?.files ?? 0, () => child.exitCode !== null);
	const [host, port] = listen.split(':') as [string, string];
	return { host, port: Number(port), pid: child.pid!, ask, send, end: () => end(child) };
}

function emptyHome(): string {
	const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-home-'));
	process.once('exit', () => rmSync(home, { recursive: true, force: true }));
	return home;
}

interface Status {
	readonly listen: string;
	readonly shared: { readonly files: number; readonly hashing: number };
}

/** Waits until everything is shared and hashed: where it listens. */
async function ready(
	ask: (path: string) => Promise<Status>,
	files: number,
	gone: () => boolean,
): Promise<string> {
	for (let tries = 0; tries < 3000; tries++) {
		if (gone()) break;
		const status = await ask('status').catch(() => undefined);
		if (status?.shared?.files === files && status.shared.hashing === 0) return status.listen;
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
	throw new Error('the node did not become ready');
}
