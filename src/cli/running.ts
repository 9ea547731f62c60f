/** What every command has around it: its context, signals, and what becomes of an error. */
import { CommandFailed, type Context, UsageError } from './context.ts';
import { type Flags, settle } from './settle.ts';
import type { CommandSpec } from './spec.ts';
import { globalOptions } from './tree.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Terminals and npm send the same signal twice; a second one after this many milliseconds is meant. */
const secondSignal = 1000;

function listenToSignals(interrupt: AbortController): void {
	let first = 0;
	for (const signal of signals) {
		process.on(signal, () => {
			if (first === 0) first = performance.now();
			else if (performance.now() - first > secondSignal) process.exit(130);
			interrupt.abort();
		});
	}
	if (process.channel) {
		// Our launcher (bin/sallyport.js) is gone, perhaps by kill -9.
		process.once('disconnect', () => interrupt.abort());
		process.channel.unref();
	}
}

export async function contextOf(
	spec: CommandSpec,
	flags: Flags,
	interrupt: AbortController,
): Promise<Context> {
	const global = settle(globalOptions, flags, process.env, {});
	const file = global['config'] as string | undefined;
	const config = file === undefined ? {} : (await import('./config.ts')).readConfig(file);
	const options = settle([...globalOptions, ...spec.options], flags, process.env, config);
	listenToSignals(interrupt);
	return {
		json: options['json'] as boolean,
		home: options['home'] as string | undefined,
		options,
		password: process.env['SALLYPORT_PASSWORD'] || (config['password'] as string | undefined),
		interrupted: interrupt.signal,
	};
}

/** Says what went wrong; the exit status. */
export function report(error: unknown): number {
	if (error instanceof UsageError) {
		console.error(`sallyport: ${error.message}\nTry: sallyport --help`);
		return 2;
	}
	if (error instanceof CommandFailed) {
		console.error(`sallyport: ${error.message}`);
		return error.status;
	}
	console.error('sallyport: this is a mistake of ours.', error);
	return 1;
}

/** Nothing more will happen: signals do as they always do. */
export function stopListening(): void {
	for (const signal of signals) process.removeAllListeners(signal);
}
