/** Says HELLO to a client over an obfuscated link, and prints what it answers. HOST PORT USER OWN-HOST. */
import { connect } from 'node:net';
import { isRefusal } from '../../src/evidence/refusal.ts';
import { hex, unhex } from '../../src/networks/common/hash.ts';
import { EDONKEY, encodeFrame, FrameSplitter } from '../../src/networks/edonkey/wire/frames.ts';
import { decodeHello, encodeHello, featuresOf } from '../../src/networks/edonkey/wire/hello.ts';
import { ClientMessage } from '../../src/networks/edonkey/wire/messages.ts';
import { sealedDialler } from '../../src/networks/edonkey/wire/sealed-streams.ts';

const [host = '', port = '', user = '', own = ''] = process.argv.slice(2);
const sealed = sealedDialler(unhex(user)!, Uint8Array.of(7, 1, 2, 3, 4, 9, 9, 9));
const frames = new FrameSplitter();
const socket = connect({ host, port: Number(port), localAddress: own });
const hello = encodeHello(
	{
		hash: Uint8Array.from({ length: 16 }, (_, i) => (i === 5 ? 0x0e : i === 14 ? 0x6f : i + 1)),
		id: 0,
		port: 4662,
		name: 'sallyport',
		version: 0x3c,
		udpPorts: 4672,
		muleVersion: 0,
		features: featuresOf(0x34133212, 0x438),
		server: { host: '0.0.0.0', port: 0 },
	},
	false,
);
let hasGreeted = false;
const say = (plain: Uint8Array): void => {
	sealed.hide(plain);
	socket.write(plain);
};
socket.setTimeout(20_000, () => socket.destroy());
socket.on('connect', () => say(sealed.due()));
socket.on('data', (bytes: Buffer) => {
	const plain = sealed.take(new Uint8Array(bytes));
	if (plain === 'more') return;
	if (isRefusal(plain)) return void socket.destroy(new Error(plain.refused));
	if (!hasGreeted) {
		hasGreeted = true;
		say(encodeFrame(ClientMessage.Hello, hello));
	}
	if (plain.length === 0) return;
	frames.push(plain);
	for (let frame = frames.next(); frame !== undefined; frame = frames.next()) {
		if (isRefusal(frame)) return void socket.destroy(new Error(frame.refused));
		if (frame.protocol !== EDONKEY || frame.opcode !== ClientMessage.HelloAnswer) continue;
		const answer = decodeHello(frame.body, true);
		if (!isRefusal(answer))
			console.log(JSON.stringify({ user: hex(answer.hash), nick: answer.name, features: answer.features }));
		socket.destroy();
	}
});
