/**
 * The name under which a fetched file is stored. The network's name is only a wish: it may hold paths,
 * control characters, or names that other systems treat as devices. What is left is one part of a path,
 * visible, at most 200 bytes long, with its extension.
 */
const mostBytes = 200;

export function safeFileName(wish: string): string {
	const last = wish.split(/[/\\]/).at(-1)!;
	const plain = last
		.normalize('NFC')
		// Control and format characters (among them those that turn the direction of text), lone surrogates.
		.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
		.replace(/[<>:"|?*]/g, '_')
		.trim()
		.replace(/^\.+/, '')
		.replace(/[. ]+$/, '');
	const name = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `_${plain}` : plain;
	return name === '' ? 'file' : shorten(name);
}

function shorten(name: string): string {
	if (Buffer.byteLength(name) <= mostBytes) return name;
	const dot = name.lastIndexOf('.');
	const extension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= 20 ? name.slice(dot) : '';
	const stem = [...name.slice(0, name.length - extension.length)];
	while (Buffer.byteLength(stem.join('') + extension) > mostBytes) stem.pop();
	return stem.join('') + extension;
}
