/** Where a node cannot be guarded: start goes on without and says so, and an order to guard it fails. */
import { afterEach, expect, it, vi } from 'vitest';
import { guardable } from '../../src/cli/guardable.ts';

const { platform } = process;
afterEach(() => void Object.defineProperty(process, 'platform', { value: platform }));

function runElsewhere(guarded: boolean | undefined): Promise<number> {
	Object.defineProperty(process, 'platform', { value: 'darwin' });
	const context = {
		...{ json: false, home: undefined, password: undefined, interrupted: new AbortController().signal },
		options: { guarded },
	};
	return guardable(async () => ({ run: async () => 42 })).run(context, []);
}

it('nothing was said: it runs without, and one line says why', async () => {
	const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
	const status = await runElsewhere(undefined);
	const said = write.mock.calls.map(([text]) => String(text));
	write.mockRestore();
	expect(status).toBe(42);
	expect(said).toEqual([
		'sallyport: this node is not guarded: the guard is for Linux on x86-64. See: sallyport guard doctor\n',
	]);
});

it('it was to be guarded: it is not started', async () => {
	await expect(runElsewhere(true)).rejects.toThrow('the guard is for Linux on x86-64.');
});

it('it was not to be guarded: not a word', async () => {
	expect(await runElsewhere(false)).toBe(42);
});
