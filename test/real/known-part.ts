/**
 * Is a client that has the first part of a file and wants the rest, until it is ended; and asks for the hashes of the blocks of
 * the second; who is put into a queue asks for his place once more, by UDP. HOST PORT OWN-HOST HASH SIZE.
 */
import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { blocksIn } from '../../src/library/aich.ts';
import { unhex } from '../../src/networks/common/hash.ts';
import { idOf } from '../../src/networks/edonkey/wire/endpoint.ts';
import { decodeMultiPacketAnswer, encodeMultiPacket } from '../../src/networks/edonkey/wire/files.ts';
import { EDONKEY, EMULE, encodeFrame, FrameSplitter } from '../../src/networks/edonkey/wire/frames.ts';
import { encodeHello, featuresOf } from '../../src/networks/edonkey/wire/hello.ts';
import { ClientDatagram, ClientMessage, MuleMessage } from '../../src/networks/edonkey/wire/messages.ts';
import {
	decodeAichAnswer,
	decodeReaskAnswer,
	encodeAichRequest,
	encodeReask,
} from '../../src/networks/edonkey/wire/peers.ts';
import { encodeDatagram } from '../../src/networks/edonkey/wire/server-datagrams.ts';

const [host = '', port = '', own = '', digits = '', size = ''] = process.argv.slice(2);
const hash = unhex(digits)!;
const frames = new FrameSplitter();
const socket = connect({ host, port: Number(port), localAddress: own });
const features = featuresOf(0x34103212, 0x438);
const user = Uint8Array.from({ length: 16 }, (_, i) =>
	i === 5 ? 0x0e : i === 14 ? 0x6f : (idOf(own) + i) & 255,
);
const hello = encodeHello(
	{
		...{ hash: user, id: idOf(own), port: 4662, name: 'part', version: 0x3c, udpPorts: 4672 },
		...{ muleVersion: 3 << 24, features, server: { host: '0.0.0.0', port: 0 } },
	},
	false,
);
const question = encodeMultiPacket({
	...{ hash, size: Number(size), wantsName: true, wantsStatus: true, wantsAichRoot: true },
	parts: [true, false],
});
const reask = encodeDatagram(ClientDatagram.Reask, encodeReask({ hash, parts: [true, false] }, 4), EMULE);
const datagrams = createSocket('udp4').bind(4672, own);
datagrams.on('message', (bytes) => {
	const answer = decodeReaskAnswer(new Uint8Array(bytes.subarray(2)), 4);
	const place = isRefusal(answer) ? answer.refused : `place ${answer.rank}`;
	console.log(bytes[0] === EMULE && bytes[1] === ClientDatagram.ReaskAnswer ? place : `${bytes[1]}`);
});
setTimeout(() => socket.destroy(), 300_000).unref();
socket.on('connect', () => socket.write(encodeFrame(ClientMessage.Hello, hello)));
socket.on('data', (bytes: Buffer) => {
	frames.push(new Uint8Array(bytes));
	for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
		if (isRefusal(frame)) return void socket.destroy(new Error(frame.refused));
		if (frame.protocol === EDONKEY && frame.opcode === ClientMessage.HelloAnswer)
			socket.write(encodeFrame(MuleMessage.MultiPacketLarge, question, EMULE));
		if (frame.protocol === EMULE && frame.opcode === MuleMessage.MultiPacketAnswer) {
			const answer = decodeMultiPacketAnswer(frame.body);
			socket.write(encodeFrame(ClientMessage.StartUpload, hash));
			if (isRefusal(answer) || answer.aichRoot === undefined) continue;
			const request = encodeAichRequest({ hash, part: 1, root: answer.aichRoot });
			socket.write(encodeFrame(MuleMessage.AichRequest, request, EMULE));
		}
		if (frame.protocol === EMULE && frame.opcode === MuleMessage.AichAnswer) {
			const answer = decodeAichAnswer(frame.body);
			const blocks = isRefusal(answer)
				? undefined
				: blocksIn(answer.root, Number(size), answer.part, answer.hashes);
			console.log(`hashes of ${(blocks?.length ?? 0) / 20} blocks`);
		}
		const isAccepted = frame.protocol === EDONKEY && frame.opcode === ClientMessage.AcceptUpload;
		const isQueued = frame.protocol === EMULE && frame.opcode === MuleMessage.QueueRanking;
		if (isAccepted || isQueued) console.log('waits');
		if (isQueued) datagrams.send(reask, 4672, host);
	}
});
socket.on('close', () => process.exit(0));
