/** What the API needs of a server whose operator looks at it. The command line joins it (cli/server.ts). */
import type { ServerView } from './server-schemas.ts';

export interface Operating {
	view(): ServerView;
	/** Nobody gets in from there any more, for so many seconds or for good. */
	ban(host: string, seconds: number | undefined): void;
	/** False: it was not banned. */
	unban(host: string): boolean;
}
