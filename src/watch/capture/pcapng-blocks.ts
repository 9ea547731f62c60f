/** Numbers of the pcapng format that its reader and its writer share. */

/** Types of blocks. That of a section is the same in both byte orders. */
export const SECTION = 0x0a0d0d0a;
export const INTERFACE = 1;
export const OLD_PACKET = 2;
export const SIMPLE_PACKET = 3;
export const STATISTICS = 5;
export const ENHANCED_PACKET = 6;

export const BYTE_ORDER = 0x1a2b3c4d;

/** Lengths of whole blocks without data and options. */
export const SHORTEST = 12;
export const SHORTEST_SECTION = 28;
export const SHORTEST_INTERFACE = 20;
export const SHORTEST_SIMPLE = 16;
export const SHORTEST_STATISTICS = 24;
export const SHORTEST_PACKET = 32;

export const END_OF_OPTIONS = 0;
export const OPT_COMMENT = 1;
export const SHB_USERAPPL = 4;
export const IF_TSRESOL = 9;
export const IF_TSOFFSET = 14;
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;
