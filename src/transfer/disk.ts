/** What the disk says, in sentences: what failed, where, and what to do. */
import { statfsSync } from 'node:fs';
import { DownloadRefused } from './refused.ts';

export function diskRefusal(error: unknown, where: string): DownloadRefused {
	if (error instanceof DownloadRefused) return error;
	const { code, message } = error as NodeJS.ErrnoException;
	// Not of the disk: our own fault, and not to be dressed up.
	if (code === undefined) throw error;
	switch (code) {
		case 'ENOSPC':
		case 'EDQUOT':
			return new DownloadRefused(
				'transfer.disk.full',
				`The disk is full at ${where}. Make room, then retry.`,
			);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return unwritable(`Sallyport may not write to ${where}. Change its permissions, then retry.`);
		case 'ENOTDIR':
		case 'EEXIST':
			return unwritable(`${where} is not a folder. Name another one.`);
		default:
			return unwritable(`Writing to ${where} failed: ${message}. What has arrived is kept: retry later.`);
	}
}

/** Throws DownloadRefused where the file system has no room for so many bytes more. */
export function mustHaveRoom(folder: string, bytes: number): void {
	const { bavail, bsize } = statfsSync(folder);
	const free = bavail * bsize;
	if (bytes <= free) return;
	throw new DownloadRefused(
		'transfer.disk.full',
		`The disk is full at ${folder}: ${bytes} bytes are needed, ${free} are free. Make room, then retry.`,
	);
}

function unwritable(sentence: string): DownloadRefused {
	return new DownloadRefused('transfer.disk.unwritable', sentence);
}
