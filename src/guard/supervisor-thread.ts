/** Where the supervisor's thread begins: what was compiled before is found again before anything large is loaded. */
import { enableCompileCache } from 'node:module';
import type { MessagePort } from 'node:worker_threads';
import { parentPort } from 'node:worker_threads';
import { compiledFolder } from './own-places.ts';

enableCompileCache(compiledFolder());
void import('./supervising.ts').then(({ serve }) => serve(parentPort as MessagePort));
