/**
 * The HTTP server of a node: the API under /api/v1, the console on everything else, /metrics for
 * Prometheus, /healthz for whoever watches the process. Who may use it is in access.ts.
 */
import { existsSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import cookie from '@fastify/cookie';
import rateLimit from '@fastify/rate-limit';
import files from '@fastify/static';
import swagger from '@fastify/swagger';
import { type FastifyBaseLogger, type FastifyInstance, fastify } from 'fastify';
import { jsonSchemaTransform, validatorCompiler } from 'fastify-type-provider-zod';
import { packageRoot } from '../../world/installed.ts';
import { Access, isLoopback } from './access.ts';
import type { Backend, Standing } from './backend.ts';
import { type Metrics, makeMetrics } from './metrics.ts';
import { answerProblem, bodyOf, Problem } from './problem.ts';
import { addRoutes, type Beside } from './routes.ts';

export interface ApiOptions extends Beside {
	readonly host: string;
	/** 0: any. */
	readonly port: number;
	/** Signs the cookies; kept over restarts. */
	readonly key: Uint8Array;
	readonly password: string | undefined;
	readonly version: string;
	readonly log: FastifyBaseLogger;
	readonly now: () => number;
	/** Somebody has come in by a one-time token, which is void from now on. */
	readonly entered?: (() => void) | undefined;
}

export interface RunningApi {
	/** Where it answers, e.g. `http://127.0.0.1:4680`. */
	readonly url: string;
	/** For programs on this machine. */
	readonly bearer: string;
	/** An address that lets one browser in, once. */
	entrance(): string;
	close(): Promise<void>;
}

/** An API that others can reach needs a password; nothing was started. */
export class PasswordNeeded extends Error {
	override readonly name = 'PasswordNeeded';
}

declare module 'fastify' {
	interface FastifyContextConfig {
		/** The route holds no secret and needs no key; all others do. */
		open?: boolean;
	}
}

const open = { schema: { hide: true }, config: { open: true } };

/** Requests of one address in ten seconds: more than a person makes, less than what hurts. */
const mostRequests = 1000;

export async function startApi(behind: Backend | Standing, options: ApiOptions): Promise<RunningApi> {
	if (!isLoopback(options.host) && (options.password ?? '') === '') {
		throw new PasswordNeeded(
			`--api ${options.host}:${options.port} lets others in, so it needs a password: set SALLYPORT_PASSWORD ` +
				'or "password" in the configuration file.',
		);
	}
	const over = new AbortController();
	const app = fastify({
		loggerInstance: options.log,
		forceCloseConnections: true,
		bodyLimit: 65_536,
	});
	// The port is part of the cookie's name, and known only when it is taken.
	let access = new Access({ ...options });
	await addPlugins(app, options);
	secure(app, () => access);
	await app.register(
		async (api) => {
			await addRoutes(api, behind, options, over.signal);
			addDescription(api);
		},
		{ prefix: '/api/v1' },
	);
	addOperation(app, behind);
	await addConsole(app, () => access);
	await app.listen({ host: options.host, port: options.port });
	const { port } = app.server.address() as AddressInfo;
	access = new Access({ ...options, port });
	const name = options.host.includes(':') ? `[${options.host}]` : options.host;
	const url = `http://${name}:${port}`;
	return {
		url,
		bearer: access.bearer,
		entrance: () => `${url}/?token=${access.oneTimeToken()}`,
		async close() {
			over.abort();
			await app.close();
		},
	};
}

async function addPlugins(app: FastifyInstance, options: ApiOptions): Promise<void> {
	app.setValidatorCompiler(validatorCompiler);
	// Answers are made by our own code and checked in tests; rows are not parsed once more on the way out.
	app.setSerializerCompiler(() => (data) => JSON.stringify(data));
	app.setErrorHandler(answerProblem);
	app.setNotFoundHandler((_request, reply) =>
		reply
			.code(404)
			.send(bodyOf(new Problem(404, 'not-found', 'There is nothing here. The API is described at /api/v1.'))),
	);
	// A form of another page can send text, but not JSON; so nothing else is taken. An empty body is one.
	app.removeAllContentTypeParsers();
	const parse = app.getDefaultJsonParser('error', 'error');
	app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) =>
		body === '' ? done(null, undefined) : parse(request, body as string, done),
	);
	await app.register(cookie, { secret: Buffer.from(options.key), algorithm: 'sha256' } as never);
	await app.register(rateLimit, {
		max: mostRequests,
		timeWindow: 10_000,
		errorResponseBuilder: (_request, { after }) =>
			new Problem(429, 'too-many-requests', `Too many requests. Try again in ${after}.`),
	});
	await app.register(swagger, {
		openapi: { openapi: '3.1.0', info: { title: 'Sallyport', version: options.version } },
		transform: jsonSchemaTransform,
	});
}

/** Rules 1 to 3 of access.ts, and the headers of every answer. */
function secure(app: FastifyInstance, access: () => Access): void {
	app.addHook('onRequest', async (request, reply) => {
		reply.headers({
			'content-security-policy':
				"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; " +
				"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'no-referrer',
			'cross-origin-opener-policy': 'same-origin',
			'cross-origin-resource-policy': 'same-origin',
			'permissions-policy': 'camera=(), geolocation=(), microphone=()',
		});
		access().checkOrigin(request);
		// By the route that was found, never by the text of the path: /%61pi is /api for the router.
		if (request.routeOptions.config.open === true && !request.url.startsWith('/api')) return;
		reply.header('cache-control', 'no-store');
		access().checkKey(request);
	});
}

function addOperation(app: FastifyInstance, behind: Backend | Standing): void {
	app.get('/healthz', open, () => ({ ok: true }));
	// The figures are a node's: without one they would all be 0.
	if (!('list' in behind)) return;
	let metrics: Promise<Metrics> | undefined;
	app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
		const { type, text } = await (metrics ??= makeMetrics(() => behind.status()));
		return reply.type(type).send(await text());
	});
}

/** OpenAPI for programs, and the same list for people. */
function addDescription(api: FastifyInstance): void {
	api.get('/openapi.json', { schema: { hide: true } }, () => api.swagger());
	const list = (): string => {
		const rows = Object.entries(api.swagger().paths ?? {}).flatMap(([path, methods]) =>
			Object.entries<{ summary?: string }>(methods ?? {}).map(
				([method, { summary }]) =>
					`<tr><td>${method.toUpperCase()}<td><code>${path}</code><td>${summary ?? ''}</tr>`,
			),
		);
		return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Sallyport API</title>
<h1>Sallyport API</h1><p>Machine readable: <a href="/api/v1/openapi.json">openapi.json</a>.
Errors are <code>{"error": {"code", "message"}}</code>. Lists take <code>from, count, sort, filter</code>.</p>
<table>${rows.join('\n')}</table>`;
	};
	const page = { schema: { hide: true } };
	api.get('/', page, (_request, reply) => reply.type('text/html; charset=utf-8').send(list()));
}

async function addConsole(app: FastifyInstance, access: () => Access): Promise<void> {
	const root = join(packageRoot(), 'dist', 'console');
	const built = existsSync(join(root, 'index.html'));
	if (built) await app.register(files, { root, serve: false });
	app.get('/', open, (request, reply) => {
		if (access().enter(request, reply)) return reply;
		if (built) return reply.sendFile('index.html', { cacheControl: false });
		return reply
			.type('text/plain')
			.send('The console is not built. In a clone, "npm start" builds it. The API is at /api/v1.\n');
	});
	if (built) {
		app.get('/*', open, (request, reply) => reply.sendFile((request.params as { '*': string })['*']));
	}
}
