/**
 * Our shared files as OpenNap names them: `number\name`. The number is the file's own, the name what is shared of it;
 * where it lies on this disk nobody learns.
 */
import { typeOfName } from '../common/type-of-name.ts';
import type { SharedFile, Shares } from '../network.ts';
import { rawOf, readable } from './wire/raw.ts';
import type { Kind, Told } from './wire/share.ts';

const kindsOfTypes: Readonly<Record<string, Kind>> = {
	Audio: 'audio',
	Video: 'video',
	Image: 'image',
	Doc: 'text',
};

/** Raw. */
export function pathOf({ id, name }: SharedFile): string {
	return `${id}\\${rawOf(name.replaceAll('"', "'"))}`;
}

export function kindOf(name: string): Kind {
	return kindsOfTypes[typeOfName(name)] ?? 'application';
}

const noChecksum = new Uint8Array(16);

/** As it is published. An MD5 of content would be a hash that nobody checks: none is said. */
export function toldOf(file: SharedFile): Told {
	return { path: pathOf(file), md5: noChecksum, size: file.size, kind: kindOf(file.name) };
}

/** The file that a path of ours names; undefined: it is not, or no longer, shared. */
export function fileOf(shares: Shares, path: string): SharedFile | undefined {
	const number = /^([1-9][0-9]{0,9})\\/.exec(path)?.[1];
	const file = number === undefined ? undefined : shares.byId(Number(number));
	return file !== undefined && file.parts === undefined && pathOf(file) === path ? file : undefined;
}

/** The last part of a path, for people: what stands behind the last stroke of either kind. */
export function nameOf(path: string): string {
	return readable(path.slice(Math.max(path.lastIndexOf('\\'), path.lastIndexOf('/')) + 1));
}
