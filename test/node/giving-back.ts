/** Prints how many bytes a process of its own has given back, of pieces of which every second one stays. */
import { collect } from '../../src/node/given-back.ts';

// Every second piece stays, so that nothing is given back from the end.
let [staying, leaving]: Uint8Array[][] = [[], []];
for (let i = 0; i < 4000; i++) (i % 2 === 0 ? staying : leaving).push(new Uint8Array(40_000).fill(1));
const before = process.memoryUsage.rss();
leaving = [];
collect();
console.log(staying.length === 2000 ? before - process.memoryUsage.rss() : 'nothing stayed');
