/** First and last port. */
export type PortRange = readonly [number, number];

/** `443`, `6000-6010`; undefined: neither. */
export function portsOf(text: string): PortRange | undefined {
	const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text);
	const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
	return match !== null && first >= 1 && first <= last && last <= 65_535 ? [first, last] : undefined;
}
