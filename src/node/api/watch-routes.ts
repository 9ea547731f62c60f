/** The routes of the Watch page: captures come as a stream of bytes, answers are small whatever their size. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { reasonOf } from '../../evidence/reasons.ts';
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { termsOf } from './filter.ts';
import { Problem } from './problem.ts';
import { type Api, answers, Id, Nothing, typed } from './routing.ts';
import { Window } from './schemas.ts';
import {
	Analysis,
	Narrowed,
	PolicyTrial,
	RuleCount,
	WatchEvidence,
	WatchFlow,
	WatchHosts,
	WatchOrder,
	WatchOverview,
} from './watch-schemas.ts';
import type { Enforcing, Watched, Watching, WatchLook } from './watching.ts';

const statusOf: Readonly<Record<string, number>> = { 'watch.upload.large': 413, 'watch.analysis.many': 409 };
const sortable = [
	'start',
	'seconds',
	'source',
	'destination',
	'network',
	'by',
	'bytes',
	'packets',
	'up',
	'down',
	'rule',
];
const FlowLook = Window.extend(Narrowed.shape);
const HostLook = Narrowed.extend({
	by: z.enum(['moved', 'score']).default('moved'),
	count: z.coerce.number().int().min(1).max(500).default(100),
});
const FlowId = Id.extend({ flow: z.coerce.number().int().min(1) });
const Name = z.object({ name: z.string().max(300).default('') });
const RuleName = z.object({ name: z.string().max(200) });
const PolicyText = z.object({ text: z.string().max(60_000) });

export async function addWatch(api: Api, watching: Watching): Promise<void> {
	const known = (id: number): Watched => {
		const found = watching.of(id);
		if (found === undefined)
			throw new Problem(404, 'analysis', `There is no analysis ${id}, or its capture is still arriving.`);
		return found;
	};
	await addCaptures(api, watching);
	addViews(api, known);
	addFlows(api, known);
	addPolicy(api, known);
	addEnforcing(api, watching);
}

function problemOf(refusal: Refusal): Problem {
	return new Problem(statusOf[refusal.refused] ?? 422, refusal.refused, sentenceOf(refusal));
}

function sentenceOf({ refused, detail }: Refusal): string {
	const sentence = reasonOf(refused)?.sentence ?? refused;
	return detail === undefined ? sentence : `${sentence} (${detail})`;
}

async function addCaptures(api: Api, watching: Watching): Promise<void> {
	const list = async (): Promise<Analysis[]> =>
		(await watching.list()).map(({ refusal, ...analysis }) => ({
			...analysis,
			notes: refusal === undefined ? analysis.notes : [...analysis.notes, sentenceOf(refusal)],
		}));
	const schema = {
		summary: 'Captures that are analysed, the oldest first',
		...answers(200, z.array(Analysis)),
	};
	api.get('/watch/analyses', { schema }, () => list());
	const remove = { summary: 'Forget an analysis and its capture', params: Id, ...answers(204, Nothing) };
	api.delete('/watch/analyses/:id', { schema: remove }, async ({ params }, reply) => {
		if (!(await watching.remove(params.id)))
			throw new Problem(404, 'analysis', `There is no analysis ${params.id}.`);
		return reply.code(204).send();
	});
	// In a scope of its own: nothing else takes bytes. They are read by the route, never gathered.
	await api.register(async (inner) => {
		inner.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
		const upload = {
			summary: 'Analyse a capture: its bytes are the body (application/octet-stream), pcap or pcapng',
			querystring: Name,
			...answers(201, Analysis),
		};
		typed(inner).post('/watch/analyses', { schema: upload }, async ({ query, body }, reply) => {
			if (body === undefined || body === null || !(Symbol.asyncIterator in (body as object)))
				throw new Problem(415, 'capture', 'Send the capture as application/octet-stream.');
			const found = await watching.receive(query.name, body as IncomingMessage);
			if (isRefusal(found)) {
				// What is still under way is not waited for.
				reply.header('connection', 'close');
				throw problemOf(found);
			}
			const analysis = (await list()).find(({ id }) => id === found.id);
			return reply.code(201).send(analysis);
		});
	});
}

function lookOf({ filter, begin, end }: z.infer<typeof Narrowed>): WatchLook {
	return {
		terms: termsOf(filter ?? ''),
		...(begin === undefined ? {} : { from: begin }),
		...(end === undefined ? {} : { to: end }),
	};
}

function addViews(api: Api, known: (id: number) => Watched): void {
	const overview = {
		summary: 'What the flows come to, by network and over time',
		params: Id,
		querystring: Narrowed,
		...answers(200, WatchOverview),
	};
	api.get('/watch/analyses/:id/overview', { schema: overview }, ({ params, query }) =>
		known(params.id).overview(lookOf(query)),
	);
	const hosts = {
		summary: 'Hosts by what their peer-to-peer flows moved, or by how much they behave like peers',
		params: Id,
		querystring: HostLook,
		...answers(200, WatchHosts),
	};
	api.get('/watch/analyses/:id/hosts', { schema: hosts }, ({ params, query }) =>
		known(params.id).hosts(lookOf(query), query.by, query.count),
	);
}

function addFlows(api: Api, known: (id: number) => Watched): void {
	const page = z.object({ total: z.number(), all: z.number(), from: z.number(), rows: z.array(WatchFlow) });
	const flows = {
		summary: 'A window of the flows',
		params: Id,
		querystring: FlowLook,
		...answers(200, page),
	};
	api.get('/watch/analyses/:id/flows', { schema: flows }, async ({ params, query }, reply) => {
		const field = query.sort?.replace(/^-/, '');
		if (field !== undefined && field !== '' && !sortable.includes(field))
			throw new Problem(400, 'sort', `Flows cannot be sorted by "${field}", only by ${sortable.join(', ')}.`);
		const order = { field: field || undefined, descending: query.sort?.startsWith('-') ?? false };
		const window = await known(params.id).flows(lookOf(query), order, query.from, query.count);
		return reply.send({ ...window, from: query.from });
	});
	const flow = {
		summary: 'One flow: what it is held to be, why, and its first packets',
		params: FlowId,
		...answers(200, WatchEvidence),
	};
	api.get('/watch/analyses/:id/flows/:flow', { schema: flow }, async ({ params }) => {
		const found = await known(params.id).flow(params.flow);
		if (found === undefined) throw new Problem(404, 'flow', `There is no flow ${params.flow}.`);
		if (isRefusal(found)) throw problemOf(found);
		return found;
	});
}

function addPolicy(api: Api, known: (id: number) => Watched): void {
	const trial = {
		summary: 'What the policy that was tried last would have done, as far as flows are judged',
		params: Id,
		...answers(200, PolicyTrial),
	};
	api.get('/watch/analyses/:id/policy', { schema: trial }, ({ params }) => known(params.id).trial());
	const attempt = {
		summary: 'Try a policy on the flows: nothing is done',
		params: Id,
		body: PolicyText,
		...answers(200, PolicyTrial),
	};
	api.put('/watch/analyses/:id/policy', { schema: attempt }, ({ params, body }) =>
		known(params.id).try(body.text),
	);
}

/** What is done at an interface: only where `watch --apply` runs. */
function addEnforcing(api: Api, watching: Watching): void {
	const enforcing = (): Enforcing => {
		if (watching.enforcing === undefined)
			throw new Problem(409, 'not-enforcing', 'Nothing is enforced here: this console only looks.');
		return watching.enforcing;
	};
	const rules = {
		summary: 'Rules that hold at an interface now, with their counters; null: nothing is enforced here',
		...answers(200, z.array(RuleCount).nullable()),
	};
	api.get('/watch/rules', { schema: rules }, (_request, reply) =>
		reply.type('application/json').send(watching.enforcing?.rules() ?? null),
	);
	const order = {
		summary: 'Block or slow down a flow or a host for a time',
		body: WatchOrder,
		...answers(201, z.object({ rule: z.string() })),
	};
	api.post('/watch/orders', { schema: order }, ({ body }, reply) => {
		const rule = enforcing().order(body.target, body.act, body.seconds);
		if (typeof rule !== 'string') throw problemOf(rule);
		return reply.code(201).send({ rule });
	});
	const end = { summary: 'End a temporary rule', params: RuleName, ...answers(204, Nothing) };
	api.delete('/watch/rules/:name', { schema: end }, ({ params }, reply) => {
		if (!enforcing().end(params.name))
			throw new Problem(404, 'rule', `There is no temporary rule "${params.name}".`);
		return reply.code(204).send();
	});
}
