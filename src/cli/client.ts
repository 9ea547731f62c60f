/** The command line as a client of a running node's API. */

import { readApiKey } from '../node/api-key.ts';
import { homePath } from '../node/home.ts';
import { CommandFailed, type Context } from './context.ts';

export interface Page<Row> {
	readonly total: number;
	readonly rows: readonly Row[];
}

/** As many rows as the API gives at once. */
const pageRows = 1000;

/**
 * The node that --api names, else the one that runs on the home. The key is that of the home, if its
 * node is the one that is meant; else the password, from the URL (http://:PASSWORD@host) or the settings.
 */
export function findApi(context: Context): Client {
	const home = homePath(context.home);
	const own = readApiKey(home);
	const given = context.options['api'] as string | undefined;
	if (given === undefined) {
		if (own !== undefined) return new Client(own.url, `Bearer ${own.token}`);
		throw new CommandFailed(`No node runs on ${home}. Start one with: sallyport start`);
	}
	const url = new URL(given);
	const password = decodeURIComponent(url.password) || context.password;
	if (own !== undefined && new URL(own.url).host === url.host)
		return new Client(url.origin, `Bearer ${own.token}`);
	if (password === undefined) {
		throw new CommandFailed(
			`${url.origin} is not the node of ${home}: name its home with --home, or set SALLYPORT_PASSWORD.`,
		);
	}
	return new Client(url.origin, `Basic ${Buffer.from(`:${password}`).toString('base64')}`);
}

export class Client {
	readonly url: string;
	readonly #authorization: string;

	constructor(url: string, authorization: string) {
		this.url = url;
		this.#authorization = authorization;
	}

	async get<Answer>(path: string): Promise<Answer> {
		return this.#whole(await this.#ask('GET', path));
	}

	async post<Answer>(path: string, body?: unknown): Promise<Answer> {
		return this.#whole(await this.#ask('POST', path, body));
	}

	/** Every row of a list. */
	async *rows<Row>(list: string): AsyncGenerator<Row> {
		for (let from = 0; ; from += pageRows) {
			const { total, rows } = await this.get<Page<Row>>(`${list}?from=${from}&count=${pageRows}`);
			yield* rows;
			if (from + pageRows >= total) return;
		}
	}

	async allRows<Row>(list: string): Promise<Row[]> {
		const all: Row[] = [];
		for await (const row of this.rows<Row>(list)) all.push(row);
		return all;
	}

	/** The objects of a stream of lines, until it ends or the signal comes. */
	async *lines<Row>(path: string, signal: AbortSignal): AsyncGenerator<Row> {
		try {
			const response = await this.#ask('GET', path, undefined, signal);
			let rest = '';
			for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
				const lines = (rest + text).split('\n');
				rest = lines.pop()!;
				for (const line of lines) yield JSON.parse(line) as Row;
			}
		} catch (error) {
			if (!signal.aborted) throw this.#inWords(error);
		}
	}

	async #whole<Answer>(response: Response): Promise<Answer> {
		try {
			return (await response.json()) as Answer;
		} catch (error) {
			throw this.#inWords(error);
		}
	}

	/** What fetch throws where the connection ends in the midst of an answer is a TypeError. */
	#inWords(error: unknown): unknown {
		if (!(error instanceof TypeError)) return error;
		return new CommandFailed(`The node at ${this.url} has ended before its answer did.`);
	}

	async #ask(method: string, path: string, body?: unknown, signal?: AbortSignal): Promise<Response> {
		let response: Response;
		try {
			response = await fetch(`${this.url}/api/v1/${path}`, {
				method,
				headers: {
					authorization: this.#authorization,
					...(body === undefined ? {} : { 'content-type': 'application/json' }),
				},
				...(body === undefined ? {} : { body: JSON.stringify(body) }),
				...(signal === undefined ? {} : { signal }),
			});
		} catch (error) {
			if (signal?.aborted === true) throw error;
			throw new CommandFailed(`The node at ${this.url} does not answer. Is it running?`);
		}
		if (response.ok) return response;
		const said = (await response.json().catch(() => undefined)) as
			| { error?: { message?: string; code?: string } }
			| undefined;
		throw new CommandFailed(
			said?.error?.message ?? `The node answered ${response.status}.`,
			exitStatus(response.status),
			said?.error?.code,
		);
	}
}

/** 409: a rule of the node says no. 400: the order was wrong. */
function exitStatus(status: number): number {
	return status === 409 ? 3 : status === 400 ? 2 : 1;
}
