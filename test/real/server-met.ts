/**
 * server.met: E0, a count, and for each server its address, its port and a tag with its name; where it takes obfuscated
 * links (tag 97), at the same port, and that it does (tag 92).
 */
export function serverList(servers: readonly string[], sealed: boolean): Buffer {
	const count = Buffer.alloc(4);
	count.writeUInt32LE(servers.length);
	const entries = servers.map((server, i) => {
		const [host, port] = server.split(':') as [string, string];
		const fixed = Buffer.alloc(10);
		fixed.set(host.split('.').map(Number));
		fixed.writeUInt16LE(Number(port), 4);
		fixed.writeUInt32LE(sealed ? 3 : 1, 6);
		const number = (tag: number, value: number) => Buffer.from([3, 1, 0, tag, value & 255, value >> 8, 0, 0]);
		const obfuscated = sealed ? [number(0x92, 0x400), number(0x97, Number(port))] : [];
		const name = `server${i}`;
		return Buffer.concat([
			fixed,
			Buffer.from([2, 1, 0, 1, name.length, 0]),
			Buffer.from(name),
			...obfuscated,
		]);
	});
	return Buffer.concat([Buffer.from([0xe0]), count, ...entries]);
}
