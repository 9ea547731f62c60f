/** Nicks: what stands between spaces in a line, so no space, no quote, nothing that is not printed. */
import type { Refusal } from '../../../evidence/refusal.ts';
import { ours } from '../limits.ts';
import { refusal } from '../refusals.ts';
import type { Fields } from './fields.ts';

const invalid = refusal('opennap.nick.invalid');

/** Printable ASCII without space, quote, colon and the signs of operators and channels (#, &). */
export function isNick(text: string): boolean {
	return text.length > 0 && text.length <= ours.nick && /^[!$%'-9;-~]+$/.test(text);
}

/** Case does not tell users apart. */
export function nickKey(nick: string): string {
	return nick.toLowerCase();
}

export function takeNick(fields: Fields): string | Refusal {
	const nick = fields.text(ours.nick);
	return isNick(nick) ? nick : invalid;
}
