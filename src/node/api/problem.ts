/** What the API answers instead of a result: `{error: {code, message}}`, the message a sentence. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';

// Imported, node:http brings the whole client of fetch with it, and a node would start by some 7 % later.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** An answer other than the wanted one; thrown by routes and by the node's commands. */
export class Problem extends Error {
	override readonly name = 'Problem';
	readonly status: number;
	readonly code: string;
	constructor(status: number, code: string, sentence: string) {
		super(sentence);
		this.status = status;
		this.code = code;
	}
}

/** Errors by which the library and the transfers say no; their code is a row of a refusals.ts. */
const refusals = ['LibraryRefused', 'DownloadRefused'];

export function problemOf(error: unknown): Problem | undefined {
	if (error instanceof Problem) return error;
	if (!(error instanceof Error)) return undefined;
	if (refusals.includes(error.name)) {
		return new Problem(409, (error as Error & { code: string }).code, error.message);
	}
	if (hasZodFastifySchemaValidationErrors(error)) {
		const what = error.validation.map(({ instancePath, message }) => {
			const field = instancePath.split('/').filter(Boolean).join('.');
			return field === '' ? message : `${field}: ${message}`;
		});
		return new Problem(400, 'invalid', `${what.join('; ')}.`);
	}
	const { statusCode, code } = error as FastifyError;
	if (statusCode === undefined || statusCode < 400 || statusCode >= 500) return undefined;
	return new Problem(statusCode, nameOf(statusCode, code), `${error.message.replace(/\.$/, '')}.`);
}

function nameOf(status: number, code: string | undefined): string {
	if (code?.startsWith('FST_') !== true && code !== undefined) return code;
	return (STATUS_CODES[status] ?? 'problem').toLowerCase().replaceAll(' ', '-');
}

export function answerProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
	const problem = problemOf(error);
	if (problem !== undefined) return reply.code(problem.status).send(bodyOf(problem));
	request.log.error(error);
	return reply
		.code(500)
		.send(
			bodyOf(new Problem(500, 'internal', 'This is a mistake of ours; the log of the node has the details.')),
		);
}

export function bodyOf({ code, message }: Problem): { error: { code: string; message: string } } {
	return { error: { code, message } };
}
