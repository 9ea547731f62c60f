/** An archive that lies in memory, as the inspection sees it. */
import { fileTypeFromBuffer } from 'file-type';
import { Archive, type ArchiveFacts } from '../../../src/defence/archive.ts';
import { Disguised } from '../../../src/defence/disguised.ts';
import { Executable } from '../../../src/defence/executable.ts';
import { readArchive } from '../../../src/transfer/inspection/archives.ts';
import { memory } from './memory.ts';

export async function factsOf(bytes: Uint8Array, name = 'archive'): Promise<ArchiveFacts | undefined> {
	const defences = [new Executable(true), new Disguised(true)];
	const type = async (head: Uint8Array): Promise<string | undefined> =>
		(await fileTypeFromBuffer(head))?.mime;
	return readArchive(memory(bytes, name, await type(bytes)), {
		type,
		look: (content) => defences.flatMap((defence) => defence.inspect(content)),
	});
}

/** `refused defence.archive.bomb`, and so on. */
export async function judged(bytes: Uint8Array, name?: string): Promise<string[]> {
	const facts = await factsOf(bytes, name);
	if (facts === undefined) return ['no archive'];
	return new Archive(true).inspect(facts).map(({ code, verdict }) => `${verdict} ${code}`);
}

export async function namesIn(bytes: Uint8Array): Promise<string[]> {
	return (await factsOf(bytes))?.members.map(({ names }) => names[0]!) ?? [];
}
