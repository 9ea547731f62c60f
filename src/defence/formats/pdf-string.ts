/** Escapes of a literal string (section 7.3.4.2), and UTF-16 where its mark says so. */
export function plainString(raw: string, escaped = true): string {
	const plain = escaped
		? raw.replace(
				/\\(?:([0-7]{1,3})|(\r\n?|\n)|([\s\S]))/g,
				(_, octal?: string, _line?: string, one?: string) =>
					octal !== undefined ? String.fromCharCode(Number.parseInt(octal, 8) & 255) : (one ?? ''),
			)
		: raw;
	if (!plain.startsWith('\xfe\xff')) return plain;
	let wide = '';
	for (let i = 2; i + 1 < plain.length; i += 2)
		wide += String.fromCharCode(plain.charCodeAt(i) * 256 + plain.charCodeAt(i + 1));
	return wide;
}
