/**
 * giFT inside a namespace, with one of its plugins, spoken to over its interface. SALLYPORT_GIFT names its start script;
 * beside that lie `get.py` and `ctl.py` (docs/interoperability.md).
 */
import { join } from 'node:path';
import { until } from '../cli/sallyport.ts';
import { type Namespace, openFolder, type SharedFile, sha1Of, whyNot } from './namespace.ts';

const script = process.env['SALLYPORT_GIFT'] ?? '';

/** The tests that need it are skipped. */
export function lacksGift(what: string): boolean {
	return whyNot(what, 'SALLYPORT_GIFT') !== undefined;
}

interface GiftOf {
	/** Gnutella where none is named. */
	readonly plugin?: 'FastTrack' | 'OpenNap';
	/** Where it listens, and whom it joins. */
	readonly at: string;
	readonly peer: string;
	readonly share: SharedFile;
	/** Port of its interface, where several run. */
	readonly control?: string;
}

export class Gift {
	readonly #namespace: Namespace;
	readonly #control: string;
	readonly #state = join(openFolder(), 'state');

	constructor(namespace: Namespace, { plugin, at, peer, share, control = '1213' }: GiftOf) {
		this.#namespace = namespace;
		this.#control = control;
		const [host, port] = at.split(':') as [string, string];
		const words = [...(plugin === undefined ? [] : [plugin]), host, port, this.#state, share.folder, peer];
		namespace.start([script, ...words], { GIFT_CONTROL: control });
	}

	/** What it says within so many seconds of these commands. */
	async says(seconds: number, ...commands: string[]): Promise<string> {
		const words = [join(script, '..', 'ctl.py'), this.#control, String(seconds), ...commands];
		return (await this.#namespace.run(['python3', ...words])).stdout;
	}

	/** It searches and fetches the first result; the SHA-1 of what has arrived under this name. */
	async fetched(words: string, name: string): Promise<string | undefined> {
		await this.#namespace.run(['python3', join(script, '..', 'get.py'), this.#control, '15', words, '1']);
		return this.arrived(name);
	}

	/** The same of what was ordered in other ways. */
	arrived(name: string): Promise<string | undefined> {
		return until(async () => sha1Of(join(this.#state, 'completed', name)));
	}
}
