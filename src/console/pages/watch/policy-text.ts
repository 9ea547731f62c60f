/** The policy that was tried last: kept in this browser only. */
const place = 'sallyport.policy';

export function keptPolicy(): string | undefined {
	try {
		return localStorage.getItem(place) ?? undefined;
	} catch {
		return undefined;
	}
}

export function keepPolicy(text: string): void {
	try {
		localStorage.setItem(place, text);
	} catch {
		// A browser that keeps nothing forgets it with the page.
	}
}
