/** What the files of routes share. */
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';

export const Id = z.object({ id: z.coerce.number().int().min(1) });
export const Nothing = z.null().describe('Done');

export type Api = ReturnType<typeof typed>;

/** The instance with types taken from the schemas. */
export function typed(app: FastifyInstance) {
	return app.withTypeProvider<ZodTypeProvider>();
}

/** The shape of an answer, for the description only: answers are made by our own code. */
export function answers(status: number, shape: z.ZodType): { response: object } {
	return { response: { [status]: shape } };
}
