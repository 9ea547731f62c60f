/** What is refused by what it says and whom it asks for: facts of the signatures, for formats that look inside. */
import type { ContentRule, Signature } from '../../../networks/signature.ts';
import { signatures } from '../../recognise/signatures.ts';

/** Numbers that Suricata and Snort leave to local rules: 1,000,000 to 1,999,999. Names of seeds come after content. */
const firstRule = 1_500_000;
const firstName = 1_510_000;

export interface NumberedRule extends ContentRule {
	readonly network: string;
	readonly sid: number;
}

export interface SeedName {
	readonly name: string;
	readonly network: string;
	readonly sid: number;
}

export function contentRulesOf(networks: readonly string[]): NumberedRule[] {
	return signatures.flatMap((signature) =>
		isOf(signature, networks)
			? (signature.rules ?? []).map((rule) => ({
					...rule,
					network: rule.network ?? signature.network,
					sid: firstRule + rule.number,
				}))
			: [],
	);
}

export function seedNamesOf(networks: readonly string[]): SeedName[] {
	return signatures
		.flatMap((signature) => (signature.seeds?.names ?? []).map((name) => ({ name, signature })))
		.map(({ name, signature }, index) => ({ name, signature, sid: firstName + index }))
		.filter(({ signature }) => isOf(signature, networks))
		.map(({ name, signature: { network }, sid }) => ({ name, network, sid }));
}

/** Gnutella2 has no folder of its own. */
function isOf({ network }: Signature, networks: readonly string[]): boolean {
	return networks.some((one) => one === 'any' || one === network || one === `${network}2`);
}
