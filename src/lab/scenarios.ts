/** All scenarios, in the order of the talk. */
import type { Scenario } from './scenario.ts';
import { answersEverything } from './scenarios/answers-everything.ts';
import { bandwidth } from './scenarios/bandwidth.ts';
import { central } from './scenarios/central.ts';
import { congestion } from './scenarios/congestion.ts';
import { connectionFlood } from './scenarios/connection-flood.ts';
import { dynamicQuerying } from './scenarios/dynamic-querying.ts';
import { epidemic } from './scenarios/epidemic.ts';
import { extendedSearch } from './scenarios/extended-search.ts';
import { failures } from './scenarios/failures.ts';
import { firewalls } from './scenarios/firewalls.ts';
import { floodCost } from './scenarios/flood-cost.ts';
import { forgedHits } from './scenarios/forged-hits.ts';
import { freeRiding } from './scenarios/free-riding.ts';
import { generations } from './scenarios/generations.ts';
import { gwebcache } from './scenarios/gwebcache.ts';
import { honeyPots } from './scenarios/honey-pots.ts';
import { hostCaches } from './scenarios/host-caches.ts';
import { malformedTraffic } from './scenarios/malformed-traffic.ts';
import { oversharing } from './scenarios/oversharing.ts';
import { pathTraversal } from './scenarios/path-traversal.ts';
import { poisonedPieces } from './scenarios/poisoned-pieces.ts';
import { poisonedUpdate } from './scenarios/poisoned-update.ts';
import { pushDiversion } from './scenarios/push-diversion.ts';
import { queryFlood } from './scenarios/query-flood.ts';
import { rogueSuperNode } from './scenarios/rogue-super-node.ts';
import { routing } from './scenarios/routing.ts';
import { searchMethods } from './scenarios/search-methods.ts';
import { serverLists } from './scenarios/server-lists.ts';
import { sessions } from './scenarios/sessions.ts';
import { superNodes } from './scenarios/super-nodes.ts';
import { timeToLiveAbuse } from './scenarios/time-to-live-abuse.ts';
import { ttl } from './scenarios/ttl.ts';
import { udpAmplification } from './scenarios/udp-amplification.ts';

export const scenarios: readonly Scenario[] = [
	floodCost,
	ttl,
	routing,
	searchMethods,
	dynamicQuerying,
	generations,
	extendedSearch,
	central,
	superNodes,
	failures,
	sessions,
	gwebcache,
	freeRiding,
	firewalls,
	bandwidth,
	congestion,
	answersEverything,
	epidemic,
	honeyPots,
	queryFlood,
	timeToLiveAbuse,
	pushDiversion,
	hostCaches,
	serverLists,
	rogueSuperNode,
	forgedHits,
	connectionFlood,
	malformedTraffic,
	poisonedPieces,
	poisonedUpdate,
	oversharing,
	pathTraversal,
	udpAmplification,
];

export function scenarioOf(name: string): Scenario | undefined {
	return scenarios.find((one) => one.name === name);
}
