/** The fields of each list, from the schemas: what a filter may name and a list may be sorted by. */
import { z } from 'zod';
import {
	EvidenceRow,
	LibraryFile,
	type ListName,
	Peer,
	Result,
	Search,
	Transfer,
	Upload,
} from './schemas.ts';

export const rowSchemas = {
	peers: Peer,
	files: LibraryFile,
	results: Result,
	searches: Search,
	transfers: Transfer,
	uploads: Upload,
	evidence: EvidenceRow,
} satisfies Record<ListName, z.ZodObject>;

function namesOf(schema: z.ZodObject): Set<string> {
	const names = new Set<string>();
	for (const [name, field] of Object.entries(schema.shape)) {
		names.add(name);
		if (field instanceof z.ZodObject) for (const inner of namesOf(field)) names.add(`${name}.${inner}`);
	}
	return names;
}

export const fieldsOf = Object.fromEntries(
	Object.entries(rowSchemas).map(([list, schema]) => [list, namesOf(schema)]),
) as unknown as Record<ListName, ReadonlySet<string>>;
