/** Good bodies of messages that tell of users, so that they can be dialled obfuscated, and of lists of servers. */
import { decodeServerMet, encodeServerMet } from '../../../../src/networks/edonkey/wire/server-met.ts';
import * as sources from '../../../../src/networks/edonkey/wire/sources.ts';
import type { Kind } from './kinds.ts';

const hash = new Uint8Array(16).fill(7);
const user = { hash, options: 3 };
const address = { host: '203.0.113.7', port: 4662 };

export const userKinds: readonly Kind[] = [
	{
		name: 'sources found, with users',
		good: sources.encodeFoundWithUsers({
			hash,
			sources: [
				{ id: 0x057100cb, port: 4662, user },
				{ id: 9, port: 4662 },
			],
		}),
		decode: sources.decodeFoundWithUsers,
	},
	{
		name: 'callback, with its user',
		good: sources.encodeCallbackRequested(address, user),
		decode: sources.decodeCallbackRequested,
	},
	{
		name: 'server.met',
		good: encodeServerMet([
			{ address, name: 'a server', description: 'of a test', obfuscatedPort: 4663 },
			{ address, name: 'another' },
		]),
		decode: decodeServerMet,
	},
];
