/** Networks that listen at a port of their own, beside Gnutella's: the usual one, and how far above it datagrams come. */
export const ownPorts = {
	edonkey: { port: 4662, datagramsAbove: 10 },
	fasttrack: { port: 1214, datagramsAbove: 0 },
	opennap: { port: 6699, datagramsAbove: 0 },
} as const;
