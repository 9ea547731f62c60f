/**
 * Where hosts stand in the picture: around whoever speaks first, in rings by how many hops away they are, each near those
 * it is linked with. Who is gone or out of reach stands in the last ring, a victim outside. Where there are no ultrapeers the
 * servers stand in a ring of their own, and around them their users. Places are -1 to 1.
 */
import type { LabPicture } from '../../../node/api/lab-schemas.ts';

export interface Place {
	readonly x: number;
	readonly y: number;
}

const TURN = 2 * Math.PI;
/** Neighbours in a crowded ring stand a little in and out. */
const STAGGER = 0.035;

export function placesOf(picture: LabPicture): Place[] {
	const near = neighboursOf(picture);
	if (!picture.hosts.some(({ role }) => role === 'ultrapeer')) return aroundServers(picture);
	const first = picture.sights[0]?.[1] ?? 0;
	const hops = hopsFrom(first, near);
	const roles = picture.hosts.map(({ role }) => role);
	const inside = roles.map((_, host) => host).filter((host) => roles[host] !== 'victim');
	const last =
		Math.max(1, ...inside.map((host) => hops[host] ?? 0)) +
		(inside.some((host) => hops[host] === undefined) ? 1 : 0);
	const angles: number[] = [];
	const places: Place[] = [];
	for (let ring = 0; ring <= last; ring++) {
		const members = inside.filter((host) => (hops[host] ?? last) === ring);
		const wanted = new Map(members.map((host) => [host, meanAngle(near[host] ?? [], hops, angles, ring)]));
		members.sort((one, other) => wanted.get(one)! - wanted.get(other)! || one - other);
		const begin = wanted.get(members[0] ?? 0) ?? 0;
		for (const [at, host] of members.entries()) {
			const angle = begin + (TURN * at) / members.length;
			const radius = ring === 0 ? 0 : (0.94 * ring) / last + (members.length > 24 ? (at % 2) * STAGGER : 0);
			angles[host] = angle % TURN;
			places[host] = { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
		}
	}
	placeVictims(picture, places);
	return places;
}

function placeVictims({ hosts }: LabPicture, places: Place[]): void {
	const victims = hosts.map((_, host) => host).filter((host) => hosts[host]!.role === 'victim');
	for (const [at, host] of victims.entries()) places[host] = { x: 0.94 - at * 0.12, y: -0.94 };
}

const SERVER_RING = 0.45;
const USER_RING = 0.94;

/** A user stands near the first server that it is linked with. */
function aroundServers(picture: LabPicture): Place[] {
	const roles = picture.hosts.map(({ role }) => role);
	const places: Place[] = [];
	const hostsOf = (isOf: (role: (typeof roles)[number]) => boolean): number[] =>
		roles.map((_, host) => host).filter((host) => isOf(roles[host]!));
	const servers = hostsOf((role) => role !== 'leaf' && role !== 'victim');
	const put = (host: number, turn: number, radius: number): void => {
		places[host] = { x: radius * Math.cos(turn * TURN), y: radius * Math.sin(turn * TURN) };
	};
	for (const [at, host] of servers.entries())
		put(host, at / servers.length, servers.length === 1 ? 0 : SERVER_RING);
	const own = new Map<number, number>();
	for (const [one, other] of picture.links) {
		const [user, server] = roles[one] === 'leaf' ? [one, other] : [other, one];
		if (!own.has(user)) own.set(user, servers.indexOf(server));
	}
	const users = hostsOf((role) => role === 'leaf');
	users.sort((one, other) => (own.get(one) ?? 0) - (own.get(other) ?? 0) || one - other);
	// The first server's users begin a little before it.
	const shift = servers.length === 0 ? 0 : -0.5 / servers.length;
	for (const [at, host] of users.entries())
		put(host, shift + at / users.length, USER_RING + (users.length > 24 ? (at % 2) * STAGGER : 0));
	placeVictims(picture, places);
	return places;
}

/** By links, and by what was said: attackers come later than the links that the picture knows. */
function neighboursOf({ hosts, links, sights }: LabPicture): number[][] {
	const near = hosts.map(() => new Set<number>());
	const join = (one: number, other: number) => {
		near[one]?.add(other);
		near[other]?.add(one);
	};
	for (const [one, other] of links) join(one, other);
	for (const [, from, to, kind] of sights) if (kind !== 3) join(from, to);
	return near.map((some) => [...some]);
}

function hopsFrom(first: number, near: readonly (readonly number[])[]): (number | undefined)[] {
	const hops: (number | undefined)[] = near.map(() => undefined);
	hops[first] = 0;
	const queue = [first];
	for (const host of queue)
		for (const other of near[host] ?? [])
			if (hops[other] === undefined) {
				hops[other] = hops[host]! + 1;
				queue.push(other);
			}
	return hops;
}

/** Of those in the ring before; whoever has none there goes to the end. */
function meanAngle(
	near: readonly number[],
	hops: readonly (number | undefined)[],
	angles: readonly number[],
	ring: number,
): number {
	const before = near.filter((host) => hops[host] === ring - 1 && angles[host] !== undefined);
	if (before.length === 0) return TURN;
	const sum = before.reduce(
		(all, host) => ({ x: all.x + Math.cos(angles[host]!), y: all.y + Math.sin(angles[host]!) }),
		{
			x: 0,
			y: 0,
		},
	);
	return (Math.atan2(sum.y, sum.x) + TURN) % TURN;
}
