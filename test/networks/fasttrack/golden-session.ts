/**
 * A session of mldonkey 3.2.1 with a super-node scripted from our wire code, type 09: its bytes as they were
 * captured (docs/interoperability.md). It joined, was asked for its shares, searched "willow amber", got a result.
 */
import type { Said } from '../../watch/conversation.ts';
import { fromHex } from '../gnutella/wire/pieces.ts';

const lines: [way: '>' | '<', hex: string][] = [
	['>', 'fa00b62bfacb12383209d232'],
	['<', '000000010a244084'],
	['<', '9ff27fd6e41f'],
	['<', '7c91606dad2eac6c141712b3e5813f3b8a562828fb'],
	['<', 'dace2a00756422f57d'],
	['<', 'e10c0ca8db'],
	[
		'>',
		'13920e9adf70c42730de09e4cbdc90651267b546a8ba84e5498031dfb0bdcba25457102b756def0b54f02130ea144abaf664000dedf483852aea2a62d78fb269264f6780f7aff156b2405ec3d7165c707aed9274d1d4abcbb1d03d980224e1ca4da280238d3e8da9df48b915c62f2a98e927b672a4bf3b741aa59651aab775f13d09960107d60a4f697f02660437c1b5a9af4ceb9ed665cfc2017f',
	],
	['>', 'e8d454a5165b7597fb200e05eb309d19bc139b89b33a2d00ca6d1ad220'],
	[
		'<',
		'91b015dbb7679647317b04014b1d8c4e96a56d3a23f4083f5c4f447566e52cb24d5f76bfe33d7072a64f532521f618bc35c31756b7cc0a5224c2d79ec99e9d0f33e6dc9b17831b3bf9bebad192',
	],
	['<', '3e62fc100a00dd'],
];

export const mldonkeySession: readonly Said[] = lines.map(([way, hex]) => [way, fromHex(hex)]);
