/**
 * Proof by attack. Each attempt first succeeds unguarded, in the same run and from a clean folder; then it fails
 * behind the guard, where those of one program and policy follow each other, each in a process of its own. What cannot succeed here unguarded does not count, and is listed as such.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Arena, obstacle, users } from './arena.ts';
import { attempts, races } from './attempts.ts';
import type { Behind } from './behind.ts';
import { pageOf, type Result } from './page.ts';

const through = 0;
const held = 1;
const impossible = 77;
const leastTries = 5000;
const page = resolve(import.meta.dirname, '../../../docs/guard-attempts.md');
const results: Result[] = [];
const why = obstacle();
if (why !== undefined) console.log(`attempts against the guard are skipped: ${why}`);

describe.skipIf(why !== undefined)('the guard holds', () => {
	for (const user of users) {
		describe(`as ${user === 'root' ? 'root' : 'an ordinary user'}`, () => {
			const arena = new Arena(user);
			beforeAll(() => arena.open(['files', 'network', 'execution', 'races']));
			afterAll(async () => {
				for (const one of guards.values()) await one.close();
				arena.close();
			});
			/** By program and policy. */
			const guards = new Map<string, Behind>();
			async function behind(program: string, policy = ''): Promise<Behind> {
				const key = `${program} ${policy}`;
				const guard = guards.get(key) ?? (await arena.behind(program, arena.policy(policy)));
				guards.set(key, guard);
				return guard;
			}

			for (const { program, name, about, policy } of attempts) {
				it(`${program}: ${about}`, async () => {
					const free = await arena.attempt(program, name, undefined);
					expect([through, impossible], `unguarded: ${free.errors}`).toContain(free.status);
					const guard = await behind(program, policy);
					await arena.clean();
					const guarded = await guard.attempt(name);
					results.push({
						user,
						program,
						name,
						about,
						free: free.status === through,
						held: guarded.status === held,
					});
					if (free.status === through) expect(guarded.status, guarded.errors).toBe(held);
					else expect([held, impossible]).toContain(guarded.status);
				});
			}

			for (const { name, about, counted, tcp, ...how } of races) {
				it(`races: ${about}`, async () => {
					const { TCP, TCP_ALLOWED } = arena.facts;
					const ports = tcp ? { ALLOWED: TCP_ALLOWED, FORBIDDEN: TCP } : {};
					let freeThrough = 0;
					// A race that is not won in one run is run again: it must be one that can be won.
					for (let round = 0; round < 20 && freeThrough === 0; round++) {
						const free = await arena.attempt('races', name, undefined, ports, how);
						freeThrough = counted === 'here' ? numbers(free.output)[1]! : free.counts.forbidden;
					}
					expect(freeThrough, 'unguarded it comes through').toBeGreaterThan(0);
					const guarded = await arena.attempt('races', name, arena.policy(), ports, how);
					const [tries, found] = numbers(guarded.output);
					const leaked = counted === 'here' ? found! : guarded.counts.forbidden;
					results.push({
						user,
						program: 'races',
						name,
						about,
						free: true,
						held: leaked === 0,
						freeThrough,
						tries: tries!,
						leaked,
					});
					expect(tries, guarded.errors).toBeGreaterThanOrEqual(leastTries);
					expect(leaked).toBe(0);
				});
			}
		});
	}

	it('and the page lists each attempt with its result', () => {
		if (process.env['SALLYPORT_DOCUMENT'] !== undefined) writeFileSync(page, pageOf(results));
		const text = readFileSync(page, 'utf8');
		for (const { program, name } of results) expect(text).toContain(`| \`${name}\` (${program}) |`);
		console.log(
			pageOf(results)
				.split('\n')
				.filter((line) => line.startsWith('|'))
				.join('\n'),
		);
	});
});

function numbers(output: string): number[] {
	return output.trim().split('\n').at(-1)!.split(' ').map(Number);
}
