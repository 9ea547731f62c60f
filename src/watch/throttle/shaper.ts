/** Sets up on one device what classes.ts says, by tc and ip, and takes it away again. */
import { firstLine, listed, run, tc } from '../block/programs.ts';
import {
	classCommands,
	emptyQueue,
	foreignQdisc,
	ingressDevice,
	isOurs,
	type Qdisc,
	type RateClass,
	removalCommand,
	rootCommands,
} from './classes.ts';

export class Shaper {
	readonly device: string;
	/** Turns of the queues, which take other handles each time. */
	readonly #turns = new Map<number, number>();

	private constructor(device: string) {
		this.device = device;
	}

	/** Or a sentence: why there can be no classes on that device, which is then as it was. */
	static async start(device: string, classes: readonly RateClass[]): Promise<Shaper | string> {
		const before = await qdiscs();
		if (before === undefined) return 'the program tc is missing, or does not work (package iproute2)';
		const foreign = foreignQdisc(before, device);
		if (foreign !== undefined)
			return `${device} has a qdisc of somebody else's (${foreign.kind} ${foreign.handle})`;
		await removeShaping();
		const shaper = new Shaper(device);
		const why = await shaper.#setUp(before, classes);
		if (why === undefined) return shaper;
		await removeShaping();
		return why;
	}

	async #setUp(before: readonly Qdisc[], classes: readonly RateClass[]): Promise<string | undefined> {
		for (const words of [
			['link', 'add', ingressDevice, 'type', 'ifb'],
			['link', 'set', ingressDevice, 'up'],
		]) {
			const { status, stderr } = await run('ip', words);
			if (status !== 0) return `no intermediate device (IFB) can be made: ${firstLine(stderr)}`;
		}
		const { status, stderr } = await tc(
			this.#devices.flatMap((device) => [
				...rootCommands(device, before),
				...classes.flatMap((one) => classCommands(device, one)),
			]),
		);
		return status === 0 ? undefined : `tc refuses the classes: ${firstLine(stderr)}`;
	}

	/** A sentence where it fails. */
	async add(one: RateClass): Promise<string | undefined> {
		const { status, stderr } = await tc(this.#devices.flatMap((device) => classCommands(device, one)));
		return status === 0 ? undefined : firstLine(stderr);
	}

	/** Throws away what waits in the queues of these classes. */
	async empty(classes: readonly RateClass[]): Promise<string | undefined> {
		const commands = classes.flatMap((one) => {
			const turn = (this.#turns.get(one.minor) ?? 0) + 1;
			this.#turns.set(one.minor, turn);
			return this.#devices.map((device) => emptyQueue(device, one, turn));
		});
		const { status, stderr } = await tc(commands);
		return status === 0 ? undefined : firstLine(stderr);
	}

	get #devices(): readonly string[] {
		return [this.device, ingressDevice];
	}
}

/** On whatever device: what a crash has left, too. */
export async function removeShaping(): Promise<void> {
	const ours = ((await qdiscs()) ?? []).filter((one) => isOurs(one) && one.dev !== ingressDevice);
	if (ours.length > 0) await tc(ours.map(({ dev }) => removalCommand(dev)));
	// It has no qdisc that would be listed as long as it is not up. That it is not there is well.
	await run('ip', ['link', 'delete', ingressDevice]);
}

async function qdiscs(): Promise<readonly Qdisc[] | undefined> {
	return (await listed('tc', 'qdisc', 'show')) as Qdisc[] | undefined;
}
