/** One file over loopback by HTTP: milliseconds to the first byte of the body, and gigabytes a second after it. */
import { connect } from 'node:net';

/** `target` as in a request line. With `warm`, a small range is asked for first, on the same link. */
export function upload(
	host: string,
	port: number,
	target: string,
	warm: boolean,
): Promise<{ firstMs: number; perSecond: number; bytes: number }> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host, port });
		const ask = (range: string): void =>
			void socket.write(
				`GET ${target} HTTP/1.1\r\nHost: x\r\nUser-Agent: bench/1\r\nConnection: Keep-Alive\r\nRange: bytes=${range}\r\n\r\n`,
			);
		let head = '';
		let expected = -1;
		let got = 0;
		let asked = 0;
		let first = 0;
		let phase = warm ? 0 : 1;
		socket.on('error', reject);
		socket.on('close', () => reject(new Error('the link was closed')));
		socket.on('connect', () => {
			asked = performance.now();
			ask(phase === 0 ? '0-999' : '0-');
		});
		socket.on('data', (bytes: Buffer) => {
			let body = bytes.length;
			if (expected < 0) {
				head += bytes.toString('latin1');
				const end = head.indexOf('\r\n\r\n');
				if (end < 0) return;
				const length = /content-length: *(\d+)/i.exec(head);
				if (!/^HTTP\/1\.1 20[06]/.test(head) || length === null)
					return void socket.destroy(new Error(head.split('\r\n', 1)[0]));
				expected = Number(length[1]);
				body = head.length - end - 4;
				first = performance.now();
			}
			got += body;
			if (got < expected) return;
			const now = performance.now();
			if (phase === 0) {
				phase = 1;
				head = '';
				expected = -1;
				got = 0;
				asked = performance.now();
				return ask('0-');
			}
			socket.removeAllListeners('close');
			socket.destroy();
			resolve({ firstMs: first - asked, perSecond: got / 1e9 / ((now - asked) / 1000), bytes: got });
		});
	});
}
