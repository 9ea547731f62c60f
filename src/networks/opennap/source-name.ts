/**
 * A source of this network is a nick at a server, and the path under which he has the file. Both go into the source's
 * `id`, as `nick path`: raw, except that what is not printed is written %XX, so that it can be kept and shown.
 */
export interface SourceName {
	readonly nick: string;
	/** Raw. */
	readonly path: string;
}

export function nameSource({ nick, path }: SourceName): string {
	const printed = path.replace(
		/[^!-$&-~ ]/g,
		(sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
	return `${nick} ${printed}`;
}

/** undefined: this is no such name. */
export function readSourceName(id: string): SourceName | undefined {
	const match = /^([!-~]{1,32}) ([ -~]{1,3072})$/.exec(id);
	if (match === null) return undefined;
	const path = match[2]!.replace(/%([0-9a-f]{2})/g, (_, code: string) =>
		String.fromCharCode(Number.parseInt(code, 16)),
	);
	return { nick: match[1]!, path };
}
