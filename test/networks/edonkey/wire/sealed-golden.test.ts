/** What Debian's amuled 2.3.3 said and heard over obfuscated links: recorded between it and a program with known numbers. */
import { expect, it } from 'vitest';
import { unhex } from '../../../../src/networks/common/hash.ts';
import { EDONKEY, FrameSplitter } from '../../../../src/networks/edonkey/wire/frames.ts';
import { decodeHello } from '../../../../src/networks/edonkey/wire/hello.ts';
import { decodeLogin } from '../../../../src/networks/edonkey/wire/login.ts';
import { sealedServer } from '../../../../src/networks/edonkey/wire/sealed-sessions.ts';
import { sealedAccepter, sealedDialler } from '../../../../src/networks/edonkey/wire/sealed-streams.ts';
import { Held } from './sealed-ends.ts';

const bytes = (digits: string): Uint8Array => new Uint8Array(Buffer.from(digits, 'hex'));
const hexOf = (some: Uint8Array): string => Buffer.from(some).toString('hex');

/** The user of the amuled, and the one whom it dialled. */
const mule = unhex('5edf6fb92c0e909587722cc441e36ff3')!;
const dialled = Uint8Array.from({ length: 16 }, (_, i) =>
	i === 5 ? 0x0e : i === 14 ? 0x6f : (i * 7 + 1) ^ 0x55,
);

function bodyOf(held: Held): Uint8Array {
	const frames = new FrameSplitter();
	frames.push(Uint8Array.from(held.heard));
	const frame = frames.next();
	if (frame === undefined || !('body' in frame) || frame.protocol !== EDONKEY) throw new Error('no frame');
	return frame.body;
}

it('amuled logs in at a server that requires nothing, obfuscated as it requires', () => {
	const server = new Held(
		sealedServer(
			Uint8Array.from({ length: 21 }, (_, i) => i * 11 + 3),
			() => true,
		),
	);
	server.hear(
		bytes(
			'9c5bcafc50f5720f70823a3ac78bc0972574450b21f2a35e35f8a5a79266c4692cdc35c939c37835b8cdcabe' +
				'4d342e876918ce70e4fff71d55e98df5e4bb49d0707e6f130213ecc3827a8a20714396a207e417aac6cabd29' +
				'1b51bf4f1e07449dc70fb96db9a72c8d2259bc57c186f539f0',
		),
	);
	expect(hexOf(server.due())).toBe(
		'6f6909a61fc0f87078b62bd601b1eccb4f555fb008e1115b4b060a402f319d06a9a5934e04ef2c76501e31d5' +
			'c4f53df5bed34c18770c19f0ee4d762febf211a2c886fba0429bd585c7bc79b6092f264398593c46569eae08' +
			'31262ff9e729d57e7887e40eb20ee42c6ca46598',
	);
	server.hear(
		bytes(
			'3d905d61068a52854be91b590868310e70e49e0724269bc6eaf2c204af92e72b2309f3668756a02a07619f8d' +
				'4b8d329234ba72fc433a6e510442103388fd28b97a63bf167d60b71ef43c01624a3119fa4173',
		),
	);
	const login = decodeLogin(bodyOf(server));
	expect(login).toMatchObject({ hash: mule, port: 4662, name: 'tester', capabilities: 0xf1d });
});

it('amuled is dialled, and answers a hello', () => {
	const we = new Held(sealedDialler(mule, Uint8Array.of(7, 1, 2, 3, 4, 9, 9, 9)));
	expect(hexOf(we.due())).toBe('070102030409bb776fe580b0cb777c');
	we.hear(bytes('b1f4a0dfaa888f4ec680af5eb5b350a3cf814c'));
	expect(we.isOver).toBe(true);
	const hello = bytes(
		'e356000000011001080f161d0e2b323940474e555c6f6a00000000361206000000020100010600676f6c6465' +
			'6e030100113c000000030100f900000000030100fb00000000030100fa00000000030100fe00000000000000' +
			'000000',
	);
	expect(hexOf(we.say(hello))).toBe(
		'25388d1d14a2b87d48c84c923d76d4aac7d4b1d620c1a8bfbacf8b623f6e8f062bfcccff50c4750e37555c85' +
			'afb694e8b1b9664cd1238a97b2b05782cfd40e976215427e365b39ecb933de8157b2d49711f9767003642aca' +
			'489738',
	);
	we.hear(
		bytes(
			'023cf7c79528853eef313500495cbd459ace67ab9b441aca685a6e64235c8aac88033c933cf5b63ff14f8733' +
				'0446ccb3ef725c90be598342ba62de088246aa6b8ab82fc161a8d6fef8d058254a7ed1d9b742cb9ec7e8c858' +
				'fa796e26554f45b0c5bc',
		),
	);
	const answer = decodeHello(bodyOf(we), true);
	expect(answer).toMatchObject({
		hash: mule,
		features: { cryptSupported: true, cryptRequested: true, cryptRequired: true },
	});
});

it('amuled dials, and says its hello behind the answer', () => {
	const we = new Held(sealedAccepter(dialled, Uint8Array.of(5, 5)));
	we.hear(
		bytes(
			'52abe6d7d505a86373fcb7c2bf0becb6ac4537201340d30544eaa230a5b03ab8f7a4c9c02ebce0ab997d2846' +
				'c45a7a86c344a3dc67304eda',
		),
	);
	expect(hexOf(we.due())).toBe('4affdddca094d687');
	expect(we.heard).toEqual([]);
	we.hear(
		bytes(
			'1ab8dbe03aef21d1c135cb343fa4e01767638db59a88f7fa6cced74419b2037965a16078b6a2f518e435c289' +
				'd5fe473e5adbe59eb437f2473d93720255109dcc02f79032f4703dda840d377d741b9139f7ab285291265d9e' +
				'3d7e03d0de0a306b9667df',
		),
	);
	expect(decodeHello(bodyOf(we), false)).toMatchObject({ hash: mule, name: 'tester', port: 4662 });
});
