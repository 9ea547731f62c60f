/**
 * What would surprise the owner of a folder if others found it there. Pure: a score and the reason, for files that no
 * rule leaves out. Words are those that people give to private papers, in the languages of the first users.
 */
export interface Found {
	/** Relative, with `/`. */
	readonly path: string;
	/** Bytes. */
	readonly size: number;
	/** Milliseconds since the epoch. */
	readonly mtime: number;
}

export interface Surprise extends Found {
	readonly why: string;
}

const words: readonly (readonly [RegExp, number, string])[] = [
	[
		/passw|kennw|contrase|mot.?de.?passe|\bpin\b|\btan\b|secret|geheim|seed.?phrase|recovery/i,
		100,
		'its name speaks of passwords',
	],
	[
		/passport|reisepass|passeport|pasaporte|passaporto|\bdni\b|ausweis|identity.?card|driver.?licen/i,
		95,
		'its name speaks of an identity paper',
	],
	[
		/medical|befund|diagnos|arzt|patient|ordonnance|radiolog|x-?ray|mutuelle/i,
		90,
		'its name speaks of health',
	],
	[
		/salar|payslip|gehalt|lohn|nomina|fiche.?de.?paie|busta.?paga|kontoauszug|bank.?statement|iban/i,
		85,
		'its name speaks of money',
	],
	[
		/\btax|steuer|impot|imp\u00f4t|hacienda|\birs\b|invoice|rechnung|facture|factura|fattura/i,
		75,
		'its name speaks of taxes or invoices',
	],
	[
		/contract|vertrag|contrat|contratto|divorce|scheidung|testament|\bwill\b.*\.(pdf|docx?)$/i,
		70,
		'its name speaks of a contract',
	],
	[/diary|tagebuch|journal.?intime|diario|love.?letter|liebesbrief/i, 80, 'its name speaks of a diary'],
	[/\b(cv|resume|lebenslauf|curriculum)\b/i, 60, 'its name speaks of a CV'],
	[/backup|sicherung|export|dump/i, 40, 'it looks like a backup'],
];
const document = /\.(docx?|xlsx?|odt|ods|pdf|rtf|pages|numbers|csv|txt)$/i;
const media = /\.(mp3|ogg|flac|wav|m4a|opus|mp4|mkv|avi|webm|mov|jpe?g|png|gif|webp|iso|zip|epub)$/i;
const camera = /(^|\/)dcim\/|(^|\/)(img|dsc|pxl|mvi)[_-]?\d{4}/i;
const program = /\.(exe|msi|scr|bat|cmd|com|apk|deb|rpm|dmg|pkg|jar|sh|ps1|vbs)$/i;
const FRESH = 3 * 24 * 60 * 60 * 1000;

/** The most surprising first, at most so many. */
export function mostSurprising(files: readonly Found[], most: number, now: number): Surprise[] {
	const shares = (pattern: RegExp) =>
		files.filter(({ path }) => pattern.test(path)).length / Math.max(1, files.length);
	const mostlyMedia = shares(media) > 0.7;
	const mostlyOld = files.filter(({ mtime }) => now - mtime > 30 * FRESH).length > files.length * 0.8;
	const usual = median(files.map(({ size }) => size));
	const scored = files.map((file) => {
		const [score, why] = scoreOf(file, { mostlyMedia, mostlyOld, usual, now });
		return { file, score, why };
	});
	return scored
		.filter(({ score }) => score > 0)
		.sort((one, other) => other.score - one.score || other.file.size - one.file.size)
		.slice(0, most)
		.map(({ file, why }) => ({ ...file, why }));
}

interface Company {
	readonly mostlyMedia: boolean;
	readonly mostlyOld: boolean;
	readonly usual: number;
	readonly now: number;
}

function scoreOf(
	{ path, size, mtime }: Found,
	{ mostlyMedia, mostlyOld, usual, now }: Company,
): [number, string] {
	for (const [pattern, score, why] of words) if (pattern.test(path)) return [score, why];
	if (camera.test(path)) return [50, 'it comes straight from a camera'];
	if (mostlyMedia && document.test(path)) return [45, 'it is a document among media'];
	if (program.test(path)) return [35, 'it is a program'];
	if (usual > 0 && size > usual * 1000 && size > 100 << 20) return [30, 'it is much larger than the rest'];
	if (mostlyOld && now - mtime < FRESH) return [25, 'it is new among old files'];
	if (path.split('/').length > 8) return [15, 'it lies very deep'];
	return [0, ''];
}

function median(values: readonly number[]): number {
	return [...values].sort((one, other) => one - other)[values.length >> 1] ?? 0;
}
