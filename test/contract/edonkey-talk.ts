/** What the contract of networks says to eDonkey's server and to its client. */
import { packBlock } from '../../src/networks/common/zlib.ts';
import { encodeFileStatus } from '../../src/networks/edonkey/wire/files.ts';
import { EMULE, encodeFrame, PACKED } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello } from '../../src/networks/edonkey/wire/hello.ts';
import { encodeLogin } from '../../src/networks/edonkey/wire/login.ts';
import { ClientMessage, MuleMessage, ServerMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { encodeRequestParts, encodeSendingPart } from '../../src/networks/edonkey/wire/parts.ts';
import { encodeOffers } from '../../src/networks/edonkey/wire/records.ts';
import { sealedClient } from '../../src/networks/edonkey/wire/sealed-sessions.ts';
import { sealedDialler } from '../../src/networks/edonkey/wire/sealed-streams.ts';
import { encodeSearch } from '../../src/networks/edonkey/wire/search-tree.ts';
import { encodeCallbackRequest, encodeGetSources } from '../../src/networks/edonkey/wire/sources.ts';
import { someHello, someRecord, someTree } from '../networks/edonkey/wire/kinds.ts';

const guid = (n: number): Uint8Array => Uint8Array.from({ length: 16 }, (_, i) => (n * 67 + i * 29) & 255);

/** What a client says to a server. Port 0: it cannot be dialled, and gets its id at once. */
export function talkToServer(): Uint8Array[] {
	const login = { hash: guid(1), id: 0, port: 0, name: 'x', capabilities: 0x11d, muleVersion: 0 };
	const offers = encodeOffers([someRecord, { ...someRecord, hash: guid(2), name: 'a second.pdf' }], true);
	return [
		encodeFrame(ServerMessage.Login, encodeLogin(login)),
		encodeFrame(ServerMessage.OfferFiles, offers),
		encodeFrame(ServerMessage.OfferFiles, packBlock(encodeOffers([someRecord], false)), PACKED),
		encodeFrame(ServerMessage.OfferFiles, new Uint8Array(4)),
		encodeFrame(ServerMessage.Search, encodeSearch({ kind: 'words', text: 'talk mp3' })),
		encodeFrame(ServerMessage.Search, encodeSearch(someTree)),
		encodeFrame(ServerMessage.MoreResults),
		encodeFrame(ServerMessage.GetSources, encodeGetSources({ hash: someRecord.hash, size: someRecord.size })),
		encodeFrame(ServerMessage.CallbackRequest, encodeCallbackRequest(7)),
		encodeFrame(ServerMessage.GetServerList),
		encodeFrame(0x60, Uint8Array.of(1), EMULE),
		encodeFrame(ServerMessage.Search, Uint8Array.of(9)),
		encodeFrame(ServerMessage.OfferFiles, Uint8Array.of(1, 2, 3), PACKED),
	];
}

/** What a client says to another: it asks for the file that is there, and sends what nobody asked for. */
export function talkToClient(): Uint8Array[] {
	const hash = guid(21);
	const ranges = [
		{ from: 0, to: 184_320 },
		{ from: 184_320, to: 368_640 },
	];
	return [
		encodeFrame(ClientMessage.Hello, encodeHello({ ...someHello, hash: guid(20) }, false)),
		encodeFrame(0x01, Uint8Array.of(1, 2, 3, 4, 5, 6), EMULE),
		encodeFrame(ClientMessage.FileName, hash),
		encodeFrame(ClientMessage.SetFile, hash),
		encodeFrame(ClientMessage.SetFile, guid(22)),
		encodeFrame(ClientMessage.HashSetRequest, hash),
		encodeFrame(ClientMessage.FileStatus, encodeFileStatus({ hash, parts: 'all' })),
		encodeFrame(ClientMessage.StartUpload, hash),
		encodeFrame(ClientMessage.RequestParts, encodeRequestParts({ hash, ranges }, false)),
		encodeFrame(MuleMessage.RequestParts64, packBlock(encodeRequestParts({ hash, ranges }, true)), PACKED),
		encodeFrame(ClientMessage.CancelTransfer),
		encodeFrame(
			ClientMessage.SendingPart,
			encodeSendingPart({ hash, from: 0, to: 4, data: new Uint8Array(4) }, false),
		),
		encodeFrame(ClientMessage.RequestParts, encodeRequestParts({ hash, ranges: [] }, false)),
		encodeFrame(ClientMessage.StartUpload, hash),
		encodeFrame(
			ClientMessage.RequestParts,
			encodeRequestParts({ hash, ranges: [{ from: 4_000_000_000, to: 4_294_000_000 }] }, false),
		),
	];
}

/** The same over an obfuscated link to this user. */
export function sealedTo(user: Uint8Array, plain: Uint8Array): Uint8Array {
	const end = sealedDialler(user, Uint8Array.of(7, 1, 2, 3, 4, 9, 9, 9));
	const bytes = new Uint8Array(Buffer.concat([end.due(), plain]));
	end.hide(bytes);
	return bytes;
}

/** How a client begins an obfuscated session; what follows depends on the server. */
export function sealedOpening(padding: number): Uint8Array {
	return sealedClient(new Uint8Array(17 + padding).fill(7)).due();
}
