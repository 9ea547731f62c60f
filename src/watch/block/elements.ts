/**
 * Elements of the maps, as text for nftables; pure. An element that is there cannot get another rule, older
 * kernels do not give it another time either, and deleting one that is not there fails together with everything else in
 * the same text. So whatever may be there is first added as it was (which then changes nothing, or makes it), deleted,
 * and added anew. In one text that is one step: no packet passes in between.
 */

export interface Element {
	/** `inet` for all; throttled ones are in `netdev` too, where that table is. */
	readonly family: 'inet' | 'netdev';
	readonly map: string;
	readonly key: string;
	/** Number of the rule. */
	readonly rule: number;
	readonly seconds: number;
}

/** How a rule is named in a packet's priority while it is looked up. */
export function markOf(rule: number): string {
	return `5351:${rule.toString(16)}`;
}

/** Numbers of rules end here. */
export const mostNumbers = 0xffff;

export function addElements(elements: readonly Element[]): string[] {
	return grouped(elements, 'add', ({ key, rule, seconds }) => `${key} timeout ${seconds}s : ${markOf(rule)}`);
}

/** Of elements that may be there: with the rules that they were made with. */
export function removeElements(elements: readonly Element[]): string[] {
	return [...addElements(elements), ...grouped(elements, 'delete', ({ key }) => key)];
}

function grouped(
	elements: readonly Element[],
	verb: 'add' | 'delete',
	text: (element: Element) => string,
): string[] {
	const groups = new Map<string, string[]>();
	for (const element of elements) {
		const head = `${verb} element ${element.family} sallyport ${element.map}`;
		const group = groups.get(head);
		if (group === undefined) groups.set(head, [text(element)]);
		else group.push(text(element));
	}
	return [...groups].map(([head, texts]) => `${head} { ${texts.join(', ')} }`);
}
