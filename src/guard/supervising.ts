/**
 * The thread in which the supervisor lives: it waits in the kernel for the next question, not in an event loop, which
 * is several times faster. Only while something is put aside does it wait for several things at once: the next
 * question, sockets that become ready, and the main thread's byte that says that an answer is in the post.
 */
import { flushCompileCache } from 'node:module';
import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Asked } from './asking.ts';
import { type Deed, Deeds } from './deeds.ts';
import { call, kernel, library, Piece } from './kernel/calls.ts';
import { answered, type Waiting } from './kernel/gate.ts';
import { mostAtOnce } from './kernel/messages.ts';
import { Notifications, type Question } from './kernel/notify.ts';
import type { GuardRecord } from './record.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

/** From the main thread. */
export type ToSupervisor =
	/** `wake`: where the main thread's byte comes. */
	| {
			readonly start: SupervisorOptions;
			readonly listener: number;
			readonly wake: number;
			readonly names: Names;
	  }
	| { readonly token: number; readonly yes: boolean; readonly act?: string }
	| { readonly names: Names }
	/** Nothing is launched. */
	| { readonly dismissed: true };

type Names = ReadonlyMap<string, readonly string[]>;

/** To the main thread. */
export type FromSupervisor =
	| { readonly record: GuardRecord }
	| { readonly ask: Asked }
	| { readonly deed: Deed }
	| { readonly lookUp: true }
	/** How many questions there were. */
	| { readonly end: number };

const POLLIN = 1;
const POLLOUT = 4;
const milliseconds = 1000;
const mostWaiting = 4096;

/** Waits for the order to begin. What it will need is loaded meanwhile: the main thread has as much to do. */
export function serve(port: MessagePort): void {
	library();
	port.once('message', (message: ToSupervisor) => {
		if ('start' in message) supervise(port, message);
		else port.close();
	});
}

type Start = Extract<ToSupervisor, { start: unknown }>;

function supervise(port: MessagePort, { start, listener, wake, names }: Start): void {
	const send = (message: FromSupervisor): void => port.postMessage(message);
	// Binding a socket to a name needs a working folder of this thread's own.
	const CLONE_FS = 0x200;
	kernel(call.unshare, CLONE_FS);
	const notifications = new Notifications(listener, mostAtOnce);
	const deeds = start.watched ? new Deeds((deed) => send({ deed })) : undefined;
	const supervisor = new Supervisor(notifications, start, {
		record: (record) => send({ record }),
		ask: (ask) => send({ ask }),
		lookUp: () => send({ lookUp: true }),
		now: () => Date.now(),
		...(deeds && { did: (thread, act, action) => deeds.did(thread, act, action) }),
	});
	supervisor.names(names);
	const aside = new Aside(notifications, supervisor, [listener, wake], port);
	let heard = 0;
	for (;;) {
		if (aside.count > 0 && !aside.wait()) continue;
		const question = notifications.receive();
		if (question === 'end') break;
		if (question === undefined) continue;
		heard++;
		const waiting = supervisor.handle(question);
		if (waiting !== undefined) aside.add(question, waiting);
	}
	supervisor.end();
	flushCompileCache();
	send({ end: heard });
	port.close();
}

/** What waits, by its question. */
class Aside {
	readonly #waiting = new Map<Question, Waiting>();
	readonly #polled = new Piece(8 * (mostWaiting + 2));
	readonly #byte = new Piece(64);
	readonly #notifications: Notifications;
	readonly #supervisor: Supervisor;
	/** The filter's questions, and the byte that says that there is post. */
	readonly #heard: readonly [listener: number, wake: number];
	readonly #port: MessagePort;

	constructor(
		notifications: Notifications,
		supervisor: Supervisor,
		heard: readonly [number, number],
		port: MessagePort,
	) {
		this.#notifications = notifications;
		this.#supervisor = supervisor;
		this.#heard = heard;
		this.#port = port;
	}

	get count(): number {
		return this.#waiting.size;
	}

	add(question: Question, waiting: Waiting): void {
		if (this.#waiting.size >= mostWaiting) this.#notifications.answer(question, -11);
		else this.#waiting.set(question, waiting);
	}

	/** True: there is a question. */
	wait(): boolean {
		const sockets = [...this.#waiting].filter(([, { socket }]) => socket >= 0);
		const { view, at } = this.#polled;
		for (const [index, [descriptor, events]] of [
			...this.#heard.map((descriptor) => [descriptor, POLLIN] as const),
			...sockets.map(([, { socket, reads }]) => [socket, reads === true ? POLLIN : POLLOUT] as const),
		].entries()) {
			view.setInt32(index * 8, descriptor, true);
			view.setUint32(index * 8 + 4, events, true);
		}
		const ready = kernel(call.poll, at, sockets.length + 2, milliseconds);
		if (ready <= 0) {
			this.#forgetClosed();
			return false;
		}
		const happened = (index: number): boolean => view.getUint16(index * 8 + 6, true) !== 0;
		for (const [index, [question, waiting]] of sockets.entries())
			if (happened(index + 2)) this.#again(question, waiting);
		if (happened(1)) this.#readPost();
		return happened(0);
	}

	#readPost(): void {
		kernel(call.read, this.#heard[1], this.#byte.at, 64);
		for (;;) {
			const message = receiveMessageOnPort(this.#port)?.message as ToSupervisor | undefined;
			if (message === undefined) break;
			if ('token' in message) this.#supervisor.asking.answered(message.token, message.yes, message.act);
			else if ('names' in message) this.#supervisor.names(message.names);
		}
		for (const [question, waiting] of [...this.#waiting])
			if (waiting.socket < 0) this.#again(question, waiting);
	}

	#again(question: Question, waiting: Waiting): void {
		const result = waiting.again();
		if (typeof result !== 'number') {
			this.#waiting.set(question, result);
			return;
		}
		this.#waiting.delete(question);
		if (result !== answered) this.#notifications.answer(question, result);
	}

	/** Whoever asked was killed meanwhile. */
	#forgetClosed(): void {
		for (const question of this.#waiting.keys())
			if (!this.#notifications.isOpen(question)) this.#waiting.delete(question);
	}
}
