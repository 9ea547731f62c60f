/** AudioGalaxy's satellite on the wire: it spoke on FTP's port, where a real FTP server greets first. Never seen live. */
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

const cookie: Pattern = {
	begins: ['\x45\x5f\xd0\xd5'],
	match(): Finding {
		return { what: 'cookie 45 5F D0 D5', offset: 0, length: 4 };
	},
};

const login: Pattern = {
	begins: ['\x45\x5f'],
	match({ bytes, from, to }): Finding {
		const head = Buffer.from(bytes.buffer, bytes.byteOffset + from, Math.min(to - from, 256)).toString(
			'latin1',
		);
		const at = head.search(/0\.60[68]W/);
		return at > 0
			? {
					label: `satellite ${head.slice(at, at + 6)}`,
					what: 'login with the version of a satellite',
					offset: at,
					length: 6,
				}
			: undefined;
	},
};

export const signature: Signature = {
	network: 'audiogalaxy',
	title: 'AudioGalaxy',
	source: 'public descriptions of the protocol; no program exists to make traffic',
	seen: 'read',
	tcp: [cookie, login],
	rules: [rule(700, 'tcp', 'cookie', [{ bytes: '\x45\x5f\xd0\xd5' }])],
	seeds: { names: ['audiogalaxy.com'], historicalRanges: ['64.245.58.0/23'] },
};
