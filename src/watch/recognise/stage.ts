/** How far the recognition of a flow has come: bits of the word `verdict` in its record, beside `settled`. */

export const decided = 2;
/** A guard knew it: no announcement explains it. */
export const guarded = 4;
export const followed = 8;
/** A direction has said nothing that a pattern knows. */
export const doneFromA = 16;
export const doneFromB = 32;
/** It began before the capture, or has a hole. */
export const torn = 64;
/** Both directions began with something nobody knows: only what may come later is looked for. */
export const late = 128;
/** Payload packets looked at, in the bits from here on. */
export const packetCount = 8;
