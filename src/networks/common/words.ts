/**
 * How names and queries become words, the same for what is published and for what is asked: compatibility
 * decomposition, accents dropped, lower case, cut at everything that is neither a letter nor a digit.
 * (QRP tables leave out words under three letters; that is their business.)
 */

/** More than any file name or legal query: what is behind it is not looked at. */
const MOST_LETTERS = 4096;

const beyondAscii = /[^\0-\x7f]/;
const marks = /\p{M}+/gu;
const foreignWords = /[\p{L}\p{N}]+/gu;
const asciiWords = /[a-z0-9]+/g;

/** The distinct words, in order of first appearance. */
export function words(text: string): string[] {
	const bounded = text.length > MOST_LETTERS ? text.slice(0, MOST_LETTERS) : text;
	const found = beyondAscii.test(bounded)
		? bounded.normalize('NFKD').toLowerCase().replace(marks, '').match(foreignWords)
		: bounded.toLowerCase().match(asciiWords);
	return found === null ? [] : [...new Set(found)];
}
