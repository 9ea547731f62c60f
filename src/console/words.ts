/**
 * Every word that the page says, in one catalogue. Another language is another object of this shape.
 * What the node says (why, reasons, evidence) comes from the node.
 */
import { frameWords } from './words/frame.ts';
import { guardWords } from './words/guard.ts';
import { labWords } from './words/lab.ts';
import { networkWords } from './words/network.ts';
import { pageWords } from './words/pages.ts';
import { serverWords } from './words/server.ts';
import { watchWords } from './words/watch.ts';

export const words = {
	...frameWords,
	...pageWords,
	...networkWords,
	...watchWords,
	...labWords,
	...guardWords,
	...serverWords,
};
