/** Bytes as people read them, with those marked that decided. */

export interface Marked {
	/** Which packet, from 0. */
	readonly packet: number;
	readonly from: number;
	/** One past the last. */
	readonly to: number;
}

interface Said {
	readonly fromOpener: boolean;
	readonly hex: string;
}

const sentence = /bytes (\d+) to (\d+) from the (opener|answerer), payload packet (\d+)$/;

/**
 * Where the evidence points to. Of a packet that is not the first of its direction the evidence may count from the
 * bytes before it: nothing is marked then.
 */
export function decidingBytes(evidence: string | undefined, packets: readonly Said[]): Marked | undefined {
	const found = sentence.exec(evidence ?? '');
	if (found === null) return undefined;
	const [from, last, packet] = [Number(found[1]), Number(found[2]), Number(found[4]) - 1];
	const fromOpener = found[3] === 'opener';
	if (packets.findIndex((one) => one.fromOpener === fromOpener) !== packet) return undefined;
	if (last < from || from * 2 >= packets[packet]!.hex.length) return undefined;
	return { packet, from, to: last + 1 };
}

export interface HexLine {
	readonly offset: number;
	readonly parts: readonly { readonly at: number; readonly hex: string; readonly marked: boolean }[];
	readonly text: string;
}

const width = 16;
const mostBytes = 128;

/** How many bytes of a packet are shown: those that are marked are. */
export function shownOf(hex: string, mark: Marked | undefined): number {
	return Math.min(hex.length / 2, Math.max(mostBytes, mark?.to ?? 0));
}

export function hexLines(hex: string, mark: Marked | undefined): HexLine[] {
	const count = shownOf(hex, mark);
	const byte = (at: number) => hex.slice(at * 2, at * 2 + 2);
	const lines: HexLine[] = [];
	for (let offset = 0; offset < count; offset += width) {
		const end = Math.min(count, offset + width);
		const parts: { at: number; hex: string; marked: boolean }[] = [];
		let text = '';
		for (let at = offset; at < end; at++) {
			const marked = mark !== undefined && at >= mark.from && at < mark.to;
			const last = parts.at(-1);
			if (last !== undefined && last.marked === marked) last.hex += ` ${byte(at)}`;
			else parts.push({ at, hex: `${at === offset ? '' : ' '}${byte(at)}`, marked });
			const code = Number.parseInt(byte(at), 16);
			text += code >= 32 && code < 127 ? String.fromCharCode(code) : '.';
		}
		const missing = width - (end - offset);
		lines.push({ offset, parts, text: `${'   '.repeat(missing)}${text}` });
	}
	return lines;
}
