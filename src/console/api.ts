/** Commands and one-time questions to the node; what changes by itself comes through live.ts. */
import { words } from './words.ts';

export const base = new URL('api/v1/', document.baseURI);

/** The node said no; the message is a sentence for the user. */
export class ApiError extends Error {
	readonly code: string;
	readonly status: number;
	constructor(status: number, code: string, message: string) {
		super(message);
		this.status = status;
		this.code = code;
	}
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export async function call<Answer>(method: Method, path: string, body?: unknown): Promise<Answer> {
	if (body === undefined) return await ask(path, { method });
	const headers = { 'content-type': 'application/json' };
	return await ask(path, { method, body: JSON.stringify(body), headers });
}

/** Sends a file as it is. */
export async function send<Answer>(path: string, file: Blob): Promise<Answer> {
	const headers = { 'content-type': 'application/octet-stream' };
	return await ask(path, { method: 'POST', body: file, headers });
}

async function ask<Answer>(path: string, request: RequestInit): Promise<Answer> {
	let response: Response;
	try {
		response = await fetch(new URL(path, base), { credentials: 'same-origin', ...request });
	} catch {
		throw new ApiError(0, 'unreachable', words.error.unreachable);
	}
	const text = await response.text();
	const value: unknown = text === '' ? undefined : parse(text);
	if (response.ok) return value as Answer;
	const error = (value as { error?: { code?: string; message?: string } } | undefined)?.error;
	throw new ApiError(
		response.status,
		error?.code ?? 'unknown',
		error?.message ?? words.error.status(response.status),
	);
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** `name=value` pairs that are set. */
export function query(values: Record<string, string | number | undefined>): string {
	const set = new URLSearchParams();
	for (const [name, value] of Object.entries(values)) {
		if (value !== undefined && value !== '') set.set(name, String(value));
	}
	return set.toString();
}
