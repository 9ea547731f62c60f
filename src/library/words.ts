/**
 * How names and queries become words, the same on both sides: what is published through QRP must be
 * what match() finds. As QRP peers do it: compatibility decomposition, accents dropped, lower case,
 * cut at everything that is neither a letter nor a digit. (QRP itself leaves out words under three
 * characters; that is the business of its tables, not of the index.)
 */

/** More than any file name or legal query: what is behind it is not looked at. */
const mostCharacters = 4096;

const beyondAscii = /[^\0-\x7f]/;
const marks = /\p{M}+/gu;
const letters = /[\p{L}\p{N}]+/gu;

/** Calls `take` for each word in order, until it answers false. Answers whether it never did. */
export function eachWord(text: string, take: (word: string) => boolean): boolean {
	const bounded = text.length > mostCharacters ? text.slice(0, mostCharacters) : text;
	if (!beyondAscii.test(bounded)) return eachAsciiWord(bounded.toLowerCase(), take);
	const folded = bounded.normalize('NFKD').toLowerCase().replace(marks, '');
	for (const [word] of folded.matchAll(letters)) {
		if (!take(word)) return false;
	}
	return true;
}

/** The distinct words, in order of first appearance. */
export function wordsOf(text: string): string[] {
	const words: string[] = [];
	eachWord(text, (word) => {
		if (!words.includes(word)) words.push(word);
		return true;
	});
	return words;
}

function eachAsciiWord(text: string, take: (word: string) => boolean): boolean {
	let start = -1;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		// a-z, 0-9; the text is lower case.
		if ((code >= 97 && code <= 122) || (code >= 48 && code <= 57)) {
			if (start < 0) start = at;
		} else if (start >= 0) {
			if (!take(text.slice(start, at))) return false;
			start = -1;
		}
	}
	return start < 0 || take(text.slice(start));
}
