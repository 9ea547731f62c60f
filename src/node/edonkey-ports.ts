/** eDonkey's clients listen at 4662, and for datagrams ten above. */
export const edonkeyPort = 4662;
export const datagramsAbove = 10;
