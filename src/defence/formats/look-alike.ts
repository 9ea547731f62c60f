/**
 * A name as a person sees it: compatibility forms made plain (full width, mathematical, ligatures),
 * letters of other scripts that look like Latin ones replaced by those, blanks made spaces, and
 * characters without a shape left out. A small selection of Unicode's confusables (UTS #39): the
 * letters that extensions are made of.
 */
const ALIKE = new Map<string, string>();
for (const [latin, others] of Object.entries({
	a: 'аαɑᴀ',
	b: 'вβᏼᖯƄЬ',
	c: 'сϲᴄᏟⅽ',
	d: 'ԁᏧᑯⅾ',
	e: 'еεєҽᴇ℮Ꭼҿ',
	f: 'ғϝſꞙ',
	g: 'ɡցᶃԍ',
	h: 'һհнηᏂᎻ',
	i: 'іιıɩӏꙇᎥ',
	j: 'јϳյ',
	k: 'кκᴋᏦ',
	l: 'ⅼӀǀ',
	m: 'мμᴍᎷⅿ',
	n: 'ոռпᴎ',
	o: 'оοօᴏ०൦๐',
	p: 'рρᴘᏢ',
	q: 'ԛզգ',
	r: 'гᴦꭇʀᎡ',
	s: 'ѕꜱᏚʂ',
	t: 'тτᴛᎢ',
	u: 'υսᴜʋ',
	v: 'ѵνᴠᏙ',
	w: 'ԝաᴡᎳѡ',
	x: 'хχⅹ᙮ᕁ',
	y: 'уγүყʏ',
	z: 'ᴢᏃʐ',
	'3': 'зӡʒ',
	'.': '\u2024\u3002\uff61\ufe52\u0701\u0702\ua4f8\u0660\u06f0',
	' ': '\u2800\u115f\u1160\u3164\uffa0\u1680\u180e',
})) {
	for (const other of others) ALIKE.set(other, latin);
}
/** Format characters without width, soft hyphen, combining joiner, variation selectors, tags. */
const SHAPELESS = /\p{Cf}|\p{Variation_Selector}|\u034f/u;

/** In lower case. Linear: each character by itself. */
export function seen(name: string): string {
	let plain = '';
	for (const one of name) {
		if (one < '\x80') plain += one;
		else if (!SHAPELESS.test(one)) plain += alike(one);
	}
	return plain.toLowerCase();
}

function alike(one: string): string {
	const direct = ALIKE.get(one) ?? ALIKE.get(one.toLowerCase());
	if (direct !== undefined) return direct;
	const plain = one.normalize('NFKC');
	return plain.length <= 8 ? (ALIKE.get(plain.toLowerCase()) ?? plain) : one;
}
