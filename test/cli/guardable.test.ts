/** Where a node cannot be guarded, an order to guard it fails. */
import { afterEach, expect, it, vi } from 'vitest';
import { guardable } from '../../src/cli/guardable.ts';

const { platform } = process;
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

type Unsaid = Parameters<typeof guardable>[1];

function runElsewhere(guarded: boolean | undefined, unsaid: Unsaid = 'where it is told to'): Promise<number> {
	Object.defineProperty(process, 'platform', { value: 'darwin' });
	const context = {
		...{ json: false, home: undefined, password: undefined, interrupted: new AbortController().signal },
		options: { guarded },
	};
	return guardable(async () => ({ run: async () => 42 }), unsaid).run(context, []);
}

it('it was to be guarded: it is not started', async () => {
	await expect(runElsewhere(true)).rejects.toThrow('The guard is for Linux on x86-64.');
});

it('it was not to be guarded: not a word', async () => {
	expect(await runElsewhere(false)).toBe(42);
});

it('nothing was said: a node is not guarded, and a start says that it is not', async () => {
	const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	expect(await runElsewhere(undefined)).toBe(42);
	expect(said).not.toHaveBeenCalled();
	expect(await runElsewhere(undefined, 'where it can be')).toBe(42);
	expect(said.mock.calls.join()).toContain('It does not stand behind the guard: it is for Linux on x86-64.');
	said.mockRestore();
});
