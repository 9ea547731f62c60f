/**
 * Text from strangers inside a rule. What ends a comment, a quotation or a line in any of the formats must not
 * come through, so it is the other way round: only letters, digits and a few signs do.
 */

/** A label (a program's name as it calls itself) that can stand in every format; at most 40 characters. */
export function harmless(text: string): string {
	return text
		.slice(0, 40)
		.replace(/[^A-Za-z0-9 ._/+-]/g, '_')
		.trim();
}

/** A DNS name of at least two labels in lower case; undefined: it is none (RFC 1035, section 2.3.1; RFC 1123). */
export function harmlessName(text: string): string | undefined {
	if (text.length > 253) return undefined;
	const labels = text.toLowerCase().split('.');
	const isAddress = /^[0-9]+$/.test(labels.at(-1)!);
	if (labels.length < 2 || isAddress) return undefined;
	for (const label of labels)
		if (!/^[a-z0-9-]{1,63}$/.test(label) || label.startsWith('-') || label.endsWith('-')) return undefined;
	return labels.join('.');
}
