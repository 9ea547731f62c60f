/** The signs that are always in sight: the gate, the scope, the lamp. A word and a shape, never colour alone. */
import type { Status } from '../../node/api/schemas.ts';
import { words } from '../words.ts';
import css from './top.module.css';

export function Gate({ size = 28 }: { size?: number }) {
	return (
		<svg
			className={css.gate}
			width={size}
			height={size}
			viewBox="0 0 32 32"
			aria-hidden="true"
			focusable="false"
		>
			<rect width="32" height="32" rx="7" className={css.gateGround} />
			<path
				className={css.gateWall}
				d="M6 26V7h4.4v3.2h3.4V7h4.4v3.2h3.4V7H26v19h-5.4v-6.4a4.6 4.6 0 0 0-9.2 0V26z"
			/>
			<path className={css.gateDoor} d="M13.4 26v-6.2a2.6 2.6 0 0 1 2.6-2.6V26z" />
		</svg>
	);
}

export function ScopeBadge({ scope }: { scope: Status['scope'] }) {
	return (
		<span className={css.scope} data-scope={scope} title={words.scope.means[scope]}>
			{words.scope[scope]}
		</span>
	);
}

type Network = Status['networks'][number];
export type LampState = keyof typeof words.reachable;

export function lampOf(network: Network): LampState {
	return network.ultrapeers + network.leaves + network.servers === 0 ? 'apart' : network.reachable;
}

/** Of all networks that we are connected to, the one where least can be reached: what somebody may want to mend. */
export function worstLamp(networks: readonly Network[]): LampState {
	const lamps = networks.map(lampOf);
	return (['no', 'unknown', 'yes'] as const).find((lamp) => lamps.includes(lamp)) ?? 'apart';
}

/** How we stand in each, in the words of the node. */
export function whyOf(networks: readonly Network[]): string {
	if (networks.length < 2) return networks[0]?.why ?? '';
	return networks.map(({ network, why }) => `${words.networks[network]}: ${why}`).join('\n');
}

/** Full: reachable. Half: unknown. Ring: not reachable. Crossed ring: not connected. */
export function Lamp({ state }: { state: LampState }) {
	return (
		<svg
			className={css.lamp}
			data-state={state}
			width="14"
			height="14"
			viewBox="0 0 14 14"
			aria-hidden="true"
		>
			<circle cx="7" cy="7" r="5" className={css.lampRing} />
			{state === 'yes' && <circle cx="7" cy="7" r="5" className={css.lampFill} />}
			{state === 'unknown' && <path d="M7 2a5 5 0 0 1 0 10z" className={css.lampFill} />}
			{state === 'apart' && <path d="M3.5 3.5l7 7" className={css.lampRing} />}
		</svg>
	);
}
