/** System errors in words: the reasons that `closed` carries and that people read. */
const WORDS: Readonly<Record<string, string>> = {
	EACCES: 'not allowed by this machine',
	EADDRINUSE: 'address already in use',
	EADDRNOTAVAIL: 'address not available on this machine',
	EAI_AGAIN: 'name server does not answer',
	ECONNABORTED: 'connection aborted',
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection reset',
	EHOSTUNREACH: 'host unreachable',
	EIO: 'input or output error',
	EMFILE: 'too many open files',
	ENETUNREACH: 'network unreachable',
	ENFILE: 'too many open files',
	ENOENT: 'no such file',
	ENOTFOUND: 'name not found',
	EPERM: 'not allowed by this machine',
	EPIPE: 'connection reset',
	ETIMEDOUT: 'timed out',
};

export function inWords(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const code = 'code' in error ? String(error.code) : '';
	return WORDS[code] ?? error.message;
}
