/** Limits with some of them set by name. An unknown name is the caller's mistake and throws. */
export function withSet<Limits extends Readonly<Record<string, number>>>(
	limits: Limits,
	set: Readonly<Record<string, number>> | undefined,
): Limits {
	for (const name of Object.keys(set ?? {})) {
		if (!(name in limits)) throw new RangeError(`there is no limit called ${name}`);
	}
	return { ...limits, ...set };
}
