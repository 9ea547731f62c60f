/** docs/guard-attempts.md, from the results of a run. */
export interface Result {
	readonly user: 'root' | 'ordinary';
	readonly program: string;
	readonly name: string;
	readonly about: string;
	/** It got through unguarded. */
	readonly free: boolean;
	readonly held: boolean;
	/** Of races. */
	readonly freeThrough?: number;
	readonly tries?: number;
	readonly leaked?: number;
}

const head = `# Attempts against the guard

Each attempt is a small program in test/guard/attempts. In the same run, from a clean folder, it is first run without the
guard, where it must succeed, then behind the guard, where it must fail. This page is written by

\`\`\`
SALLYPORT_DOCUMENT=1 npx vitest run test/guard/attempts
\`\`\`

"not possible" means that this machine or user does not let it happen even without a guard, so that its failure behind
the guard proves nothing. A race is at least 5,000 tries; "came through" counts those that reached what is forbidden.
`;

export function pageOf(results: readonly Result[]): string {
	const names = [...new Map(results.map((one) => [`${one.program} ${one.name}`, one])).values()];
	const of = (user: Result['user'], { program, name }: Result): string => {
		const found = results.find((one) => one.user === user && one.program === program && one.name === name);
		if (found === undefined) return 'not run';
		if (found.tries !== undefined)
			return `unguarded ${found.freeThrough} came through; guarded ${found.leaked} of ${found.tries}`;
		if (!found.free) return 'not possible';
		return found.held ? 'held' : '**OPEN**';
	};
	const rows = names.map(
		(one) =>
			`| \`${one.name}\` (${one.program}) | ${one.about} | ${of('ordinary', one)} | ${of('root', one)} |`,
	);
	return [
		head,
		'| attempt | what it does | as an ordinary user | as root |',
		'|---|---|---|---|',
		...rows,
		'',
	].join('\n');
}
