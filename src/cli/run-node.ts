/** What `start` and `node` have in common: a node that runs until it is told to stop. */
import { pino } from 'pino';
import { Rehearsals } from '../lab/rehearsals.ts';
import { PasswordNeeded } from '../node/api/server.ts';
import { HomeRefused } from '../node/home.ts';
import { Node } from '../node/node.ts';
import type { NodeOptions } from '../node/options.ts';
import { Analyses } from '../watch/analysis/analyses.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { print, printJson } from './print.ts';

/** Milliseconds after which a stop that hangs is ended all the same. */
const stopPatience = 10_000;

/** For the rehearsals. */
const clock = {
	now: () => performance.now(),
	after(milliseconds: number, call: () => void): () => void {
		const timer = setTimeout(call, milliseconds).unref();
		return () => clearTimeout(timer);
	},
};

/** Logs go to stderr as JSON, and only what somebody should look at. */
export function makeLog() {
	return pino({ level: 'warn', base: null }, pino.destination(2));
}

export interface Surroundings {
	/** Sentences printed before the addresses. */
	readonly about: readonly string[];
	stop(): Promise<void>;
}

/** Runs the node until Ctrl-C or SIGTERM; answers the exit status. */
export async function runNode(context: Context, options: NodeOptions, around: Surroundings): Promise<number> {
	let node: Node | undefined;
	const watching = new Analyses();
	const rehearsing = new Rehearsals(clock);
	try {
		node = new Node({ ...options, watching, rehearsing });
		const broken = whenBroken(options);
		const { api, listening } = await node.start();
		const listen = `${listening.host.includes(':') ? `[${listening.host}]` : listening.host}:${listening.port}`;
		const home = node.home.path;
		if (context.json) printJson({ event: 'ready', console: api.entrance(), api: api.url, listen, home });
		else
			for (const line of [...around.about, `Peers reach it at ${listen}.`, `Console: ${api.entrance()}`])
				print(line);
		return await Promise.race([interrupted(context.interrupted), broken]);
	} catch (error) {
		throw inWords(error);
	} finally {
		const late = setTimeout(() => process.exit(1), stopPatience).unref();
		await Promise.all([node?.stop(), around.stop(), watching.close(), rehearsing.close()]);
		clearTimeout(late);
	}
}

function interrupted(signal: AbortSignal): Promise<0> {
	return new Promise((resolve) => {
		if (signal.aborted) resolve(0);
		signal.addEventListener('abort', () => resolve(0));
	});
}

/** A mistake of ours that nobody caught: it is logged, and the node stops in order. */
function whenBroken({ log }: NodeOptions): Promise<1> {
	return new Promise((resolve) => {
		process.on('uncaughtException', (error) => {
			log.fatal(error, 'this is a mistake of ours; the node stops');
			resolve(1);
		});
	});
}

function inWords(error: unknown): unknown {
	if (error instanceof HomeRefused) return new CommandFailed(error.message);
	if (error instanceof PasswordNeeded) return new UsageError(error.message);
	const { code, message } = error as NodeJS.ErrnoException;
	if (/^The store was written by a newer/.test(message)) return new CommandFailed(message);
	if (
		code === 'EADDRINUSE' ||
		code === 'EACCES' ||
		code === 'EADDRNOTAVAIL' ||
		/^cannot listen/.test(message)
	) {
		return new CommandFailed(`${message}. Choose another port or address.`);
	}
	return error;
}
