/** The routes of the Lab page: scenarios, and runs of them. */
import { z } from 'zod';
import { reasonOf } from '../../evidence/reasons.ts';
import { isRefusal, type Refusal } from '../../evidence/refusal.ts';
import { LabOrder, LabPicture, LabPictureOrder, LabRun, LabScenario } from './lab-schemas.ts';
import { Problem } from './problem.ts';
import type { Rehearsing } from './rehearsing.ts';
import { type Api, answers, Id } from './routing.ts';

const ScenarioName = z.object({ name: z.string().max(60) });
const statusOf: Readonly<Record<string, number>> = { 'lab.run.many': 409 };

export function addLab(api: Api, lab: Rehearsing): void {
	const scenarios = {
		summary: 'What can be rehearsed, with its settings and their bounds',
		...answers(200, z.array(LabScenario)),
	};
	api.get('/lab/scenarios', { schema: scenarios }, () => lab.scenarios());
	const page = { summary: 'The page of a scenario, as text', params: ScenarioName };
	api.get('/lab/scenarios/:name/page', { schema: page }, ({ params }, reply) => {
		const text = lab.page(params.name);
		if (text === undefined) throw new Problem(404, 'page', `There is no page of "${params.name}" here.`);
		// The serializer of the API writes JSON; this is text.
		return reply
			.serializer((written: unknown) => String(written))
			.type('text/plain; charset=utf-8')
			.send(text);
	});
	addPictures(api, lab);
	addRuns(api, lab);
}

function problemOf({ refused, detail }: Refusal): Problem {
	const sentence = reasonOf(refused)?.sentence ?? refused;
	const told = detail === undefined ? sentence : `${sentence} (${detail})`;
	return new Problem(statusOf[refused] ?? 422, refused, told);
}

function addPictures(api: Api, lab: Rehearsing): void {
	const picture = {
		summary: 'One row with few servents, message by message: what the Lab page shows as a picture',
		body: LabPictureOrder,
		...answers(200, LabPicture),
	};
	api.post('/lab/pictures', { schema: picture }, async ({ body }) => {
		const seen = await lab.picture(body);
		if (isRefusal(seen)) throw problemOf(seen);
		return seen;
	});
}

function addRuns(api: Api, lab: Rehearsing): void {
	const known = (run: LabRun | undefined, id: number): LabRun => {
		if (run === undefined) throw new Problem(404, 'run', `There is no run ${id}.`);
		return run;
	};
	const list = { summary: 'Runs, the oldest first, without their results', ...answers(200, z.array(LabRun)) };
	api.get('/lab/runs', { schema: list }, () => lab.list());
	const start = { summary: 'Rehearse a scenario', body: LabOrder, ...answers(201, LabRun) };
	api.post('/lab/runs', { schema: start }, ({ body }, reply) => {
		const run = lab.start(body);
		if (!isRefusal(run)) return reply.code(201).send(run);
		throw problemOf(run);
	});
	const one = {
		summary: 'One run: how far it is, and its result so far',
		params: Id,
		...answers(200, LabRun),
	};
	api.get('/lab/runs/:id', { schema: one }, ({ params }) => known(lab.of(params.id), params.id));
	const remove = {
		summary: 'Stop a run, with what it has; or forget one that has ended',
		params: Id,
		...answers(200, LabRun),
	};
	api.delete('/lab/runs/:id', { schema: remove }, ({ params }) => known(lab.remove(params.id), params.id));
}
