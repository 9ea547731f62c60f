/** The routes of transfers and of the audit of uploads. */
import { z } from 'zod';
import type { Backend } from './backend.ts';
import { Problem } from './problem.ts';
import { type Api, answers, Id, Nothing } from './routing.ts';
import { AuditRow, Transfer, TransferDetail, Want } from './schemas.ts';

const Priority = z.object({ priority: z.number().int().min(-100).max(100) });
const Page = z.object({
	from: z.coerce.number().int().min(0).default(0),
	count: z.coerce.number().int().min(0).max(1000).default(100),
});

export function addTransfers(api: Api, node: Backend): void {
	const known = (id: number): TransferDetail => {
		const transfer = node.transfer(id);
		if (transfer === undefined) throw new Problem(404, 'transfer', `There is no transfer ${id}.`);
		return transfer;
	};
	api.post(
		'/transfers',
		{
			schema: {
				summary: 'Fetch a file: exactly one of urn, link, result, hit',
				body: Want,
				...answers(201, Transfer),
			},
		},
		async ({ body }, reply) => reply.code(201).send(await node.want(body)),
	);
	api.get(
		'/transfers/:id',
		{
			schema: {
				summary: 'One transfer with its pieces and sources',
				params: Id,
				...answers(200, TransferDetail),
			},
		},
		({ params }) => known(params.id),
	);
	for (const change of ['pause', 'resume', 'cancel', 'retry', 'release'] as const) {
		const schema = {
			summary: `${change[0]!.toUpperCase()}${change.slice(1)} a transfer`,
			params: Id,
			...answers(200, Transfer),
		};
		api.post(`/transfers/:id/${change}`, { schema }, ({ params }) => {
			known(params.id);
			node.changeTransfer(params.id, change);
			return known(params.id);
		});
	}
	api.put(
		'/transfers/:id/priority',
		{
			schema: {
				summary: 'Which transfers are served first',
				params: Id,
				body: Priority,
				...answers(200, Transfer),
			},
		},
		({ params, body }) => {
			known(params.id);
			node.setPriority(params.id, body.priority);
			return known(params.id);
		},
	);
	api.delete(
		'/transfers/:id',
		{
			schema: {
				summary: 'Take a transfer from the list; the finished file stays',
				params: Id,
				...answers(204, Nothing),
			},
		},
		({ params }, reply) => {
			known(params.id);
			node.removeTransfer(params.id);
			return reply.code(204).send();
		},
	);
}

export function addAudit(api: Api, node: Backend): void {
	const page = z.object({ total: z.number(), from: z.number(), rows: z.array(AuditRow) });
	const schema = {
		summary: 'What was shared when, and served to whom, newest first',
		querystring: Page,
		...answers(200, page),
	};
	api.get('/audit', { schema }, ({ query }) => node.audit(query.from, query.count));
}
