/** Why the user's order cannot be done, or what stopped a download; the message is a sentence. */
export class DownloadRefused extends Error {
	override readonly name = 'DownloadRefused';
	/** A code of refusals.ts. */
	readonly code: string;

	constructor(code: string, sentence: string) {
		super(sentence);
		this.code = code;
	}
}

/** An error of the disk, in words: what failed, where, and what to do. */
export function diskRefusal(error: unknown, where: string): DownloadRefused {
	if (error instanceof DownloadRefused) return error;
	const { code, message } = error as NodeJS.ErrnoException;
	switch (code) {
		case 'ENOSPC':
		case 'EDQUOT':
			return new DownloadRefused('transfer.disk.full', `The disk is full at ${where}. Make room, then retry.`);
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
			return new DownloadRefused('transfer.disk.unwritable', `Sallyport may not write to ${where}. Change its permissions, then retry.`);
		case 'ENOTDIR':
		case 'EEXIST':
			return new DownloadRefused('transfer.disk.unwritable', `${where} is not a folder. Name another one.`);
		default:
			return new DownloadRefused('transfer.disk.unwritable', `Writing to ${where} failed: ${message}. Then retry.`);
	}
}
