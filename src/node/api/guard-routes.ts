/**
 * The routes of the Guard page. Whoever can answer a question decides what a program may do, and the program may well be
 * able to reach this address: so these routes ask for a key like all others (access.ts), and the guarded program never
 * has one (cli/guard-open.ts).
 */
import { z } from 'zod';
import {
	GuardAnswer,
	GuardDecision,
	GuardProcess,
	GuardProfile,
	GuardQuestion,
	GuardRun,
} from './guard-schemas.ts';
import type { Guarding } from './guarding.ts';
import { Orderings } from './ordering.ts';
import { Problem } from './problem.ts';
import { type Api, answers, Id, Nothing } from './routing.ts';
import { Window } from './schemas.ts';

const fields = new Set(Object.keys(GuardDecision.shape));

export function addGuard(api: Api, guard: Guarding): void {
	const run = { summary: 'The program that is guarded', ...answers(200, GuardRun) };
	api.get('/guard/run', { schema: run }, () => guard.run());
	addQuestions(api, guard);
	addDecisions(api, guard);
	const tree = {
		summary: 'What each of its processes did, also what was allowed',
		...answers(200, z.array(GuardProcess)),
	};
	api.get('/guard/tree', { schema: tree }, () => guard.tree());
	const profiles = {
		summary: 'Profiles that come with Sallyport, and what they grant in sentences',
		...answers(200, z.array(GuardProfile)),
	};
	api.get('/guard/profiles', { schema: profiles }, () => guard.profiles());
}

function addQuestions(api: Api, guard: Guarding): void {
	const list = {
		summary: 'Open questions, the oldest first, and those that were answered a moment ago',
		...answers(200, z.array(GuardQuestion)),
	};
	api.get('/guard/questions', { schema: list }, () => guard.questions());
	const answer = {
		summary: 'Answer a question: once, session, always, no, or never again',
		params: Id,
		body: GuardAnswer,
		...answers(204, Nothing),
	};
	api.post('/guard/questions/:id/answer', { schema: answer }, ({ params, body }, reply) => {
		if (!guard.answer(params.id, body.answer))
			throw new Problem(409, 'question', `Question ${params.id} is not open, or cannot be answered so.`);
		return reply.code(204).send();
	});
}

function addDecisions(api: Api, guard: Guarding): void {
	const orderings = new Orderings();
	const page = z.object({
		total: z.number(),
		all: z.number(),
		from: z.number(),
		rows: z.array(GuardDecision),
	});
	const schema = {
		summary: 'A window of the decisions, the newest first',
		querystring: Window,
		...answers(200, page),
	};
	api.get('/guard/decisions', { schema }, ({ query }, reply) => {
		const look = { sort: query.sort || undefined, filter: query.filter };
		if (look.sort !== undefined && !fields.has(look.sort.replace(/^-/, '')))
			throw new Problem(400, 'sort', `Decisions are sorted by ${[...fields].join(', ')}.`);
		const ordering = orderings.of(guard.decisions, 'decisions', look, fields);
		ordering.refresh(false);
		const { total, all } = ordering;
		return reply.send({ total, all, from: query.from, rows: ordering.window(query.from, query.count) });
	});
}
