/** The processes that a bench starts: none is left behind, however the bench ends. */
import type { ChildProcess } from 'node:child_process';

const children = new Set<ChildProcess>();

export function owned<C extends ChildProcess>(child: C): C {
	children.add(child);
	child.once('exit', () => children.delete(child));
	return child;
}

/** Ends one of them and waits until it is gone. */
export async function end(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const gone = new Promise((resolve) => child.once('exit', resolve));
	child.kill('SIGTERM');
	const late = setTimeout(() => child.kill('SIGKILL'), 15_000);
	await gone;
	clearTimeout(late);
}

process.on('exit', () => {
	// Not SIGKILL: a bench in a namespace has children of its own.
	for (const child of children) child.kill('SIGTERM');
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
