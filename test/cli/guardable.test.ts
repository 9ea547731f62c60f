/** Where a node cannot be guarded, an order to guard it fails. */
import { afterEach, expect, it } from 'vitest';
import { guardable } from '../../src/cli/guardable.ts';

const { platform } = process;
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

function runElsewhere(guarded: boolean): Promise<number> {
	Object.defineProperty(process, 'platform', { value: 'darwin' });
	const context = {
		...{ json: false, home: undefined, password: undefined, interrupted: new AbortController().signal },
		options: { guarded },
	};
	return guardable(async () => ({ run: async () => 42 })).run(context, []);
}

it('it was to be guarded: it is not started', async () => {
	await expect(runElsewhere(true)).rejects.toThrow('The guard is for Linux on x86-64.');
});

it('it was not to be guarded: not a word', async () => {
	expect(await runElsewhere(false)).toBe(42);
});
