/** What the API needs of whoever rehearses. The command line joins it (cli/run-node.ts). */
import type { Refusal } from '../../evidence/refusal.ts';
import type { LabOrder, LabPicture, LabPictureOrder, LabRun, LabScenario } from './lab-schemas.ts';

export interface Rehearsing {
	scenarios(): readonly LabScenario[];
	/** The page of a scenario, as Markdown; undefined: there is none here. */
	page(scenario: string): string | undefined;
	/** Oldest first, without their results. */
	list(): readonly LabRun[];
	of(id: number): LabRun | undefined;
	/** One row with few servents, message by message. */
	picture(order: LabPictureOrder): Promise<LabPicture | Refusal>;
	start(order: LabOrder): LabRun | Refusal;
	/** Stops one that runs, with what it has; forgets one that has ended. undefined: there is none. */
	remove(id: number): LabRun | undefined;
}
