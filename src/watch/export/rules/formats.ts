/** The systems that rules can be written for, by the name that the user gives. */
import { writeCiscoAcl } from './cisco-acl.ts';
import { writeDnsSinkhole } from './dns-sinkhole.ts';
import { writeIptables } from './iptables.ts';
import { writeNft } from './nft.ts';
import type { Refused } from './refused.ts';
import { writeSnort } from './snort.ts';
import { writeSuricata } from './suricata.ts';
import { writeZeekSignatures } from './zeek-signatures.ts';

/** Each is pure: a file as text. */
export const formats: ReadonlyMap<string, (refused: Refused) => string> = new Map([
	['nft', writeNft],
	['iptables', writeIptables],
	['suricata', writeSuricata],
	['snort', writeSnort],
	['zeek', writeZeekSignatures],
	['dns-sinkhole', writeDnsSinkhole],
	['cisco-acl', writeCiscoAcl],
]);
