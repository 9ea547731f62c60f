import { number } from '../format.ts';

export const plural = new Intl.PluralRules('en');

export function many(count: number, one: string, other: string): string {
	return `${number(count)} ${plural.select(count) === 'one' ? one : other}`;
}
