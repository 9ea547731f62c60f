/** The routes of the Server page. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import type { Operating } from './operating.ts';
import { Problem } from './problem.ts';
import { type Api, answers, Nothing } from './routing.ts';
import { Ban, ServerView } from './server-schemas.ts';

const Host = z.object({ host: z.string().max(60) });

export function addServer(api: Api, operating: Operating): void {
	const view = { summary: 'The server: figures, clients, refusals, bans', ...answers(200, ServerView) };
	api.get('/server', { schema: view }, () => operating.view());
	const ban = {
		summary: 'Let nobody in from an address, for a time or for good',
		body: Ban,
		...answers(201, Ban),
	};
	api.post('/server/bans', { schema: ban }, ({ body }, reply) => {
		if (isIP(body.host) === 0) throw new Problem(400, 'host', `"${body.host}" is no IP address.`);
		// As links name it: in the one usual form.
		const host = ipaddr.process(body.host).toString();
		operating.ban(host, body.seconds);
		return reply.code(201).send({ ...body, host });
	});
	const unban = { summary: 'Let an address in again', params: Host, ...answers(204, Nothing) };
	api.delete('/server/bans/:host', { schema: unban }, ({ params }, reply) => {
		if (!operating.unban(params.host)) throw new Problem(404, 'ban', `${params.host} is not banned.`);
		return reply.code(204).send();
	});
}
