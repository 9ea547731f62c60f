/**
 * Blocks of files packed by zlib, for who can unpack them. The rules:
 *
 * - Worth it is a block that becomes shorter by a tenth. Files whose names say that they are packed already are not
 *   tried; and of a file whose block was not worth it, the next blocks are not either.
 * - It is done in zlib's threads, at a low level, and so many blocks a second and no more: who asks for blocks that pack
 *   well costs no bytes, and would else have all processors. Where it goes faster than that, packing would only slow it.
 */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { Rate } from '../defence/rate.ts';
import type { Clock } from '../library/clock.ts';

const packed = promisify(deflate);

/** Level 6 takes twice the time of level 3 for a twentieth less. */
const level = 3;
/** 180 KiB blocks: 5.9 MB a second, a tenth of a processor. */
const blocksPerSecond = 32;
/** Blocks of a file that are not tried after one that was not worth it, and files of which that is known. */
const notTried = 32;
const filesKnown = 1000;

const already = new Set(
	[
		'7z ace apk arj bz2 cab cbr cbz deb docx dmg epub gz jar lha lz4 lzh msi odp ods odt pptx rar rpm tbz2 tgz txz xlsx xz z zip zst',
		'aac ape flac m4a mp3 mpc oga ogg opus wma',
		'3gp asf avi divx flv m2ts m4v mkv mov mp4 mpeg mpg ogm ogv rm rmvb ts vob webm wmv',
		'avif gif heic jpeg jpg png webp',
	].flatMap((words) => words.split(' ')),
);

export class Packing {
	readonly #clock: Clock;
	readonly #rate = new Rate<string>(blocksPerSecond, 1000, 1);
	/** Blocks of these files that are still not to be tried. */
	readonly #vain = new Map<number, number>();

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** Whether the next block of this file is to be packed. */
	tries(file: number, name: string): boolean {
		if (already.has(name.slice(name.lastIndexOf('.') + 1).toLowerCase())) return false;
		const vain = this.#vain.get(file);
		if (vain === undefined) return this.#rate.take(this.#clock.now(), '');
		if (vain > 1) this.#vain.set(file, vain - 1);
		else this.#vain.delete(file);
		return false;
	}

	/** undefined: it was not worth it. */
	async pack(file: number, block: Uint8Array): Promise<Uint8Array | undefined> {
		const result = await packed(block, { level });
		if (result.length <= block.length * 0.9) return result;
		if (this.#vain.size >= filesKnown) this.#vain.delete(this.#vain.keys().next().value!);
		this.#vain.set(file, notTried);
		return undefined;
	}
}
