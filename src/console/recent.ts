/** The words of recent searches: kept in this browser only. */
import { createStore } from './store.ts';

const place = 'sallyport.recent';
const most = 8;

function read(): string[] {
	try {
		const value: unknown = JSON.parse(localStorage.getItem(place) ?? '[]');
		return Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, most) : [];
	} catch {
		return [];
	}
}

function write(list: string[]): void {
	recent.set(list);
	try {
		localStorage.setItem(place, JSON.stringify(list));
	} catch {
		// A browser that keeps nothing forgets them with the page.
	}
}

export const recent = createStore<readonly string[]>(read());

export function rememberSearch(text: string): void {
	write([text, ...recent.get().filter((one) => one !== text)].slice(0, most));
}

export function forgetSearches(): void {
	write([]);
}
