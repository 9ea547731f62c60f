/** Draws an overlay on a canvas: hosts, links, and what is on its way. */
import type { LabPicture } from '../../../node/api/lab-schemas.ts';
import type { Sight, Standing } from './moments.ts';
import type { Place } from './placing.ts';

export interface Scene {
	readonly picture: LabPicture;
	readonly places: readonly Place[];
	readonly standing: Standing;
	/** What arrives with the moment that is drawn, and how far it has come: 0 to 1. */
	readonly arriving: readonly Sight[];
	readonly part: number;
	/** The number of the moment. */
	readonly moment: number;
}

/** Colours of kinds: query, hit, push, dial. */
const kindColours = ['--chart-a', '--net-2', '--net-3', '--chart-c'] as const;
/** Moments until a host has gone dark again. */
const GLOW = 5;

export function draw(canvas: HTMLCanvasElement, scene: Scene): void {
	const context = canvas.getContext('2d');
	if (context === null) return;
	const style = getComputedStyle(document.documentElement);
	const token = (name: string): string => style.getPropertyValue(name).trim();
	const size = canvas.clientWidth;
	const scale = devicePixelRatio || 1;
	if (canvas.width !== Math.round(size * scale)) canvas.width = canvas.height = Math.round(size * scale);
	context.setTransform(scale, 0, 0, scale, 0, 0);
	context.clearRect(0, 0, size, size);
	const at = (host: number): [number, number] => {
		const { x, y } = scene.places[host]!;
		return [size / 2 + (x * size) / 2.12, size / 2 + (y * size) / 2.12];
	};
	links(context, scene, at, token);
	messages(context, scene, at, token);
	hosts(context, scene, at, token);
}

type At = (host: number) => [number, number];
type Token = (name: string) => string;

function links(context: CanvasRenderingContext2D, { picture }: Scene, at: At, token: Token): void {
	context.strokeStyle = token('--line-strong');
	context.globalAlpha = 0.45;
	context.lineWidth = 0.7;
	context.beginPath();
	for (const [one, other] of picture.links) {
		context.moveTo(...at(one));
		context.lineTo(...at(other));
	}
	context.stroke();
	context.globalAlpha = 1;
}

/** A line as far as it has come, and a dot at its head; hollow and thin where it is known there already. */
function messages(context: CanvasRenderingContext2D, scene: Scene, at: At, token: Token): void {
	for (const [, from, to, kind, fresh] of scene.arriving) {
		const [startX, startY] = at(from);
		const [endX, endY] = at(to);
		const x = startX + (endX - startX) * scene.part;
		const y = startY + (endY - startY) * scene.part;
		context.strokeStyle = context.fillStyle = token(kindColours[kind] ?? '--ink');
		context.globalAlpha = fresh === 1 ? 0.9 : 0.45;
		context.lineWidth = fresh === 1 ? 1.6 : 0.8;
		context.beginPath();
		context.moveTo(startX, startY);
		context.lineTo(x, y);
		context.stroke();
		context.beginPath();
		context.arc(x, y, fresh === 1 ? 3 : 2.2, 0, 2 * Math.PI);
		if (fresh === 1) context.fill();
		else context.stroke();
	}
	context.globalAlpha = 1;
}

/** Shapes beside colours: an ultrapeer is large, a server a large diamond, an attacker a triangle, a victim a square, who is gone a cross. */
function hosts(
	context: CanvasRenderingContext2D,
	{ picture, standing, moment }: Scene,
	at: At,
	token: Token,
): void {
	const [plain, warm, bad, dim, ground] = [
		'--ink-dim',
		'--chart-a',
		'--chart-c',
		'--line-strong',
		'--surface',
	].map(token);
	for (const [host, { role }] of picture.hosts.entries()) {
		const [x, y] = at(host);
		const since = standing.lit[host]! < 0 ? Number.POSITIVE_INFINITY : moment - standing.lit[host]!;
		const glow = Math.max(0, 1 - since / GLOW);
		const radius = role === 'leaf' ? 3 : 5;
		if (glow > 0 && role !== 'gone') {
			context.globalAlpha = 0.35 * glow;
			context.fillStyle = role === 'victim' ? bad! : warm!;
			context.beginPath();
			context.arc(x, y, radius + 7 * glow, 0, 2 * Math.PI);
			context.fill();
			context.globalAlpha = 1;
		}
		const isMarked = role === 'attacker' || role === 'victim';
		context.fillStyle = isMarked ? bad! : standing.lit[host]! >= 0 ? warm! : ground!;
		context.strokeStyle = role === 'gone' ? dim! : isMarked ? bad! : plain!;
		context.lineWidth = 1.2;
		shape(context, role, x, y, radius);
	}
}

function shape(
	context: CanvasRenderingContext2D,
	role: LabPicture['hosts'][number]['role'],
	x: number,
	y: number,
	radius: number,
): void {
	context.beginPath();
	if (role === 'gone') {
		context.moveTo(x - 2.5, y - 2.5);
		context.lineTo(x + 2.5, y + 2.5);
		context.moveTo(x + 2.5, y - 2.5);
		context.lineTo(x - 2.5, y + 2.5);
		context.stroke();
		return;
	}
	if (role === 'victim') context.rect(x - 7, y - 7, 14, 14);
	else if (role === 'attacker') {
		context.moveTo(x, y - 7);
		context.lineTo(x + 6.5, y + 5);
		context.lineTo(x - 6.5, y + 5);
		context.closePath();
	} else if (role === 'server') {
		context.moveTo(x, y - 8);
		context.lineTo(x + 8, y);
		context.lineTo(x, y + 8);
		context.lineTo(x - 8, y);
		context.closePath();
	} else context.arc(x, y, radius, 0, 2 * Math.PI);
	context.fill();
	context.stroke();
}
