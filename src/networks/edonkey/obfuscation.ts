/**
 * Whether links are obfuscated: what the user wishes, what others can, and what is told to them. The rules, which are
 * aMule's:
 *
 * - off: plain links only, and who dials obfuscated is not understood. Who requires it is not dialled.
 * - supported, the default: who is known to take obfuscated links is dialled so, everybody else plainly; both are taken.
 * - required: nothing plain, in neither direction. Who is not known to take obfuscated links is not dialled.
 */
import type { Features } from './wire/hello.ts';
import { type User, UserOption } from './wire/sources.ts';

export type Obfuscation = 'off' | 'supported' | 'required';

/** Of a login (tag 20): the bits of UserOption stand so much higher. */
const CAPABILITY_SHIFT = 9;

/** What we say of ourselves: bits of UserOption. */
export function optionsOf(obfuscation: Obfuscation): number {
	if (obfuscation === 'off') return 0;
	const wished = UserOption.CryptSupported | UserOption.CryptRequested;
	return obfuscation === 'required' ? wished | UserOption.CryptRequired : wished;
}

export function capabilitiesOf(obfuscation: Obfuscation): number {
	return optionsOf(obfuscation) << CAPABILITY_SHIFT;
}

export type CryptFeatures = Pick<Features, 'cryptSupported' | 'cryptRequested' | 'cryptRequired'>;

export function cryptFeatures(obfuscation: Obfuscation): CryptFeatures {
	const options = optionsOf(obfuscation);
	return {
		cryptSupported: (options & UserOption.CryptSupported) !== 0,
		cryptRequested: (options & UserOption.CryptRequested) !== 0,
		cryptRequired: (options & UserOption.CryptRequired) !== 0,
	};
}

/** What a client says in its hello. */
export function optionsOfFeatures({ cryptSupported, cryptRequested, cryptRequired }: CryptFeatures): number {
	return (
		(cryptSupported ? UserOption.CryptSupported : 0) |
		(cryptRequested ? UserOption.CryptRequested : 0) |
		(cryptRequired ? UserOption.CryptRequired : 0)
	);
}

/** What a client says in its login. */
export function optionsOfLogin(capabilities: number): number {
	return (capabilities >>> CAPABILITY_SHIFT) & 7;
}

/** How one of whom this is known is dialled; 'none': he cannot be. */
export function wayTo(obfuscation: Obfuscation, user: User | undefined): 'plain' | 'sealed' | 'none' {
	const options = user?.options ?? 0;
	if (obfuscation !== 'off' && (options & UserOption.CryptSupported) !== 0) return 'sealed';
	const isRequired = obfuscation === 'required' || (options & UserOption.CryptRequired) !== 0;
	return isRequired ? 'none' : 'plain';
}
