/**
 * RealMedia: streams of events and of image maps open pages while a clip plays. They are told by the type
 * in their media properties (`MDPR`). At most 256 chunks, by their sizes.
 */
import type { Content, Finding } from '../content.ts';
import { has, latin1, u32be } from './bytes.ts';

const MOST_CHUNKS = 256;
const ACTS = /realevent|imagemap|image_map|realad|syncMM|shockwave/i;

/** undefined: it is no RealMedia file. */
export function realMediaFindings(content: Content, head: Uint8Array): Finding[] | undefined {
	if (!has(head, '.RMF')) return undefined;
	const found: Finding[] = [];
	let at = 0;
	for (let seen = 0; seen < MOST_CHUNKS && at + 10 <= content.size; seen++) {
		const chunk = content.read(at, at + 1024);
		const size = u32be(chunk, 4);
		if (has(chunk, 'MDPR')) {
			const type = mediaType(chunk);
			if (ACTS.test(type)) found.push({ code: 'defence.media.command', verdict: 'refused', detail: type });
		}
		if (size < 10) break;
		at += size;
	}
	return found;
}

/** Object, size, version, stream number, seven numbers of 32 bits; then name and type by their lengths. */
function mediaType(chunk: Uint8Array): string {
	const name = 8 + 2 + 2 + 7 * 4;
	const type = name + 1 + (chunk[name] ?? 0);
	return latin1(chunk, type + 1, type + 1 + (chunk[type] ?? 0)).replace(/[^\x20-\x7e]/g, '');
}
