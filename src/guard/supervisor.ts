/**
 * Answers the filter's questions. It decides by the policy (judge.ts), acts in the program's place (kernel/sockets.ts),
 * and tells what it decided.
 *
 * Rules:
 * 1. What cannot be read or understood is refused, and so is everything when we are gone.
 * 2. A call goes on by itself (CONTINUE) only where Landlock and the view judge it again: opening and running files.
 *    For those the answer here is for the record, for asking, and for what follows from what.
 * 3. One question at a time; nothing here waits. What would wait is put aside, and tried again.
 *
 * Longer than 300 lines: what becomes of a question, whatever its kind, should be read in one place.
 */
import { existsSync, readlinkSync } from 'node:fs';
import { type Asked, Asking } from './asking.ts';
import type { Callers } from './callers.ts';
import { Correlation } from './correlation.ts';
import { Domains, narrowed } from './domains.ts';
import { Familiar } from './familiar.ts';
import type { Surroundings } from './grants.ts';
import { type Destination, Judge, type Verdict } from './judge.ts';
import { Acts, executing, type Opened, opening } from './kernel/acts.ts';
import { call, error, kernel } from './kernel/calls.ts';
import { answered, type Gate, type Waiting } from './kernel/gate.ts';
import { Images } from './kernel/images.ts';
import type { Notifications, Question } from './kernel/notify.ts';
import { absolute, Opening, real } from './kernel/paths.ts';
import { Sockets } from './kernel/sockets.ts';
import type { Action, Policy } from './policy.ts';
import { Folding, type GuardRecord } from './record.ts';

export interface Told {
	/** A decision. */
	record(record: GuardRecord): void;
	/** Somebody has to decide: answered() is called when they have. */
	ask(asked: Asked): void;
	/** An address fits no name of the policy: names() is called when they were looked up again. */
	lookUp(): void;
	/** Somebody looks on: all that is decided, also what is allowed. */
	did?(thread: number, act: string, action: Action): void;
	now(): number;
}

export interface SupervisorOptions {
	readonly policy: Policy;
	readonly around: Surroundings;
	readonly resolvers: readonly string[];
	/** Everything goes on; all of it is told. */
	readonly learn: boolean;
	/** All that is decided is told, also what is allowed. */
	readonly watched: boolean;
}

const SIGKILL = 9;
const O_CLOEXEC = 0o2000000;
const namesFresh = 10_000;
const unnamed: Verdict = { action: 'deny', rule: 'none' };
const learned: Verdict = { action: 'allow', rule: 'learn' };

/** What a question ends in. `later`: it has been put aside. */
type Outcome = 'proceed' | 'later' | number | Waiting;

const sockets: readonly number[] = [
	call.connect,
	call.bind,
	call.listen,
	call.accept,
	call.accept4,
	call.sendto,
	call.sendmsg,
	call.sendmmsg,
];

export class Supervisor implements Gate {
	readonly #notifications: Notifications;
	readonly #options: SupervisorOptions;
	readonly #told: Told;
	readonly #judge: Judge;
	readonly #sockets: Sockets;
	readonly #images: Images;
	readonly #opening = new Opening();
	readonly #familiar = new Familiar();
	/** Nothing follows from what was read before, and nobody is told what was allowed. */
	readonly #forgets: boolean;
	readonly #folding: Folding;
	readonly asking: Asking;
	#namesAt = 0;
	#started = false;
	readonly #acts: Acts;
	readonly #correlation: Correlation;
	readonly #domains: Domains | undefined;

	constructor(notifications: Notifications, options: SupervisorOptions, told: Told) {
		this.#notifications = notifications;
		this.#options = options;
		this.#told = told;
		this.#judge = new Judge(options.policy, options.around, options.resolvers, real);
		this.#sockets = new Sockets(notifications, this);
		this.#images = new Images((path) => this.#isImage(path));
		this.#folding = new Folding(told.record);
		this.asking = new Asking(told.ask);
		this.#acts = new Acts(notifications);
		this.#domains = options.learn ? undefined : Domains.of(options.policy, options.around, options.resolvers);
		this.#forgets =
			options.policy.leaks.length === 0 && !options.learn && !options.watched && this.#domains === undefined;
		this.#correlation = new Correlation(options.policy, options.around);
	}

	/** Answers now, or says what it waits for: `again` is then called, and its number answered. */
	handle(question: Question): Waiting | undefined {
		const outcome = this.#outcome(question);
		if (outcome === 'later' || outcome === answered) return undefined;
		if (outcome === 'proceed') this.#notifications.proceed(question);
		else if (typeof outcome === 'number') this.#notifications.answer(question, outcome);
		else return outcome;
		return undefined;
	}

	#outcome(question: Question): Outcome {
		const stranger = this.#stranger(question);
		if (stranger !== undefined) return stranger;
		if (executing.includes(question.call)) return this.#execute(question);
		if (opening.includes(question.call)) return this.#open(question);
		if (sockets.includes(question.call)) return this.#sockets.act(question);
		if (question.call === call.socket)
			return this.#decide(question, 'guard.network', 'a socket for UDP', unnamed);
		const path = this.#acts.changed(question);
		if (path !== undefined) this.#tell(question, 'guard.learned', `create ${path}`, learned);
		return 'proceed';
	}

	/** The answer to a call that comes from where no code is. */
	#stranger(question: Question): number | undefined {
		const { learn, policy } = this.#options;
		// The launcher's own last step comes from its page of code.
		if (!this.#started) {
			this.#started = executing.includes(question.call);
			return this.#domains?.begin(question.thread) === false ? -error.EACCES : undefined;
		}
		if (policy.overflow === 'off') return undefined;
		const from = this.#images.stranger(question.thread, question.instruction);
		if (from === undefined) return undefined;
		// Nobody asks any more: what was looked at may be somebody else.
		if (!this.#notifications.isOpen(question)) return -error.EACCES;
		const action = learn ? 'log' : policy.overflow;
		this.#tell(question, 'guard.overflow', `call ${question.call} from ${from}`, {
			action,
			rule: 'overflow',
		});
		return learn ? undefined : this.#refuse(question, action);
	}

	#execute(question: Question): Outcome {
		const path = this.#acts.executed(question);
		if (path === undefined) return -error.EFAULT;
		const followed = real(path);
		const act = `run ${followed}`;
		const dropper = this.#correlation.runs(followed);
		if (dropper !== undefined) {
			const outcome = this.#decide(question, 'guard.dropper', act, dropper);
			if (outcome !== 'proceed') return outcome;
		}
		const named = this.#judge.program(path);
		const policy = named.action === 'deny' ? this.#judge.program(followed) : named;
		const verdict = narrowed(policy, this.#domains?.of(question.thread), (judge) => {
			const own = judge.program(path);
			return own.action === 'deny' ? judge.program(followed) : own;
		});
		if (verdict.action === 'deny' && verdict.rule === 'none' && !existsSync(followed)) return -error.ENOENT;
		const go = (): Outcome =>
			this.#domains?.enter(question.thread, verdict.rule, [path, followed]) === false
				? -error.EACCES
				: 'proceed';
		const outcome = this.#decide(question, 'guard.program', act, verdict, go);
		return outcome === 'proceed' ? go() : outcome;
	}

	#open(question: Question): Outcome {
		if (this.#isFamiliar(question)) return 'proceed';
		const opened = this.#acts.opened(question);
		if (opened === undefined) return -error.EFAULT;
		const { path, verb } = opened;
		if (this.#domains?.of(question.thread) !== undefined) return this.#openNarrow(question, opened);
		const lexical = this.#judge.file(path, verb);
		const granted = lexical.action === 'allow';
		const followed = granted && this.#options.policy.leaks.length === 0 ? path : real(path);
		const verdict = granted ? lexical : this.#judge.file(followed, verb);
		const leak = this.#correlation.reads(followed);
		if (leak !== undefined && verdict.action !== 'deny') {
			const told = this.#decide(question, 'guard.leak', `${verb} ${followed}`, leak);
			if (told !== 'proceed') return told;
		}
		const outcome = this.#decideFile(question, { ...opened, path: followed }, verdict);
		if (outcome !== 'proceed') return outcome;
		if (this.#forgets && granted && verb === 'read') this.#familiar.add(Buffer.from(path));
		if (verb !== 'read') this.#correlation.wrote(followed);
		this.#correlation.read(followed);
		return outcome;
	}

	/** The same path was opened to be read before, was allowed, and nothing followed from it. */
	#isFamiliar(question: Question): boolean {
		if (!this.#forgets) return false;
		const at = this.#acts.plainRead(question);
		if (at === 0) return false;
		const length = this.#notifications.copyText(question, at);
		return length > 0 && this.#familiar.has(this.#notifications.copied, length);
	}

	/** Under a profile: it is opened in its place, as that what it turned out to be. */
	#openNarrow(question: Question, { path, verb, flags, permissions }: Opened): Outcome {
		let outcome: Outcome = -error.EACCES;
		const ours = this.#opening.within(question.thread, path, { flags, permissions }, (followed) => {
			const verdict = narrowed(
				this.#judge.file(followed, verb),
				this.#domains?.of(question.thread),
				(judge) => (isOfAnother(followed, question.thread) ? unnamed : judge.file(followed, verb)),
			);
			const asked = verdict.action === 'ask' ? { ...verdict, action: 'deny' as const } : verdict;
			const leak = asked.action === 'deny' ? undefined : this.#correlation.reads(followed);
			outcome = this.#decide(
				question,
				leak === undefined ? 'guard.file' : 'guard.leak',
				`${verb} ${followed}`,
				{
					...(leak ?? asked),
				},
			);
			if (outcome === 'proceed' && verb !== 'read') this.#correlation.wrote(followed);
			if (outcome === 'proceed') this.#correlation.read(followed);
			return outcome === 'proceed';
		});
		if (ours === 'refused') return outcome;
		if (ours < 0) return ours;
		this.#notifications.give(question, ours, (flags & O_CLOEXEC) !== 0);
		kernel(call.close, ours);
		return 'later';
	}

	#decideFile(question: Question, { path, verb, flags, permissions }: Opened, verdict: Verdict): Outcome {
		// What is not there, and may not be seen, is no decision: programs look for much.
		const absent = verdict.action === 'deny' && verdict.rule === 'none' && !existsSync(path);
		if (absent && !this.#options.learn) return verb === 'read' ? -error.ENOENT : -error.EACCES;
		const act = `${verb} ${path}`;
		if (verdict.action !== 'ask' || this.#options.learn)
			return this.#decide(question, 'guard.file', act, verdict);
		const give = (): Outcome => {
			const ours = this.#opening.exactly(path, flags | O_CLOEXEC, permissions);
			if (ours < 0) return ours;
			this.#notifications.give(question, ours, (flags & O_CLOEXEC) !== 0);
			kernel(call.close, ours);
			this.#correlation.read(path);
			return 'later';
		};
		return this.#asked(question, 'guard.file', act, verdict, give);
	}

	network(question: Question, to: Destination, go: () => number | Waiting): number | Waiting {
		const place = to.host.includes(':') ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`;
		const act = `${to.direction} ${to.protocol} ${place}`;
		const leak = to.direction === 'out' ? this.#correlation.reachesOut() : undefined;
		if (leak !== undefined) {
			const outcome = this.#decide(question, 'guard.leak', act, leak);
			if (outcome !== 'proceed') return outcome as number | Waiting;
		}
		const verdict = narrowed(this.#judge.destination(to), this.#domains?.of(question.thread), (judge) =>
			judge.destination(to),
		);
		if (verdict.rule === 'none' && this.#namesAreOld())
			return this.#lookedUp(() => this.network(question, to, go));
		const out = (): number | Waiting => {
			if (to.direction === 'out') this.#correlation.reached(act);
			return go();
		};
		const outcome = this.#decide(question, 'guard.network', act, verdict, out);
		return outcome === 'proceed' ? out() : (outcome as number | Waiting);
	}

	caller(question: Question, to: Destination, from: string): boolean {
		const verdict = this.#judge.caller(to, from);
		const may = verdict.action !== 'deny';
		if (!may) this.#tell(question, 'guard.caller', `from ${to.protocol} ${from}`, verdict);
		return may;
	}

	callers(to: Destination): Callers | undefined {
		return this.#judge.callers(to);
	}

	#namesAreOld(): boolean {
		const names = this.#judge.names;
		if (names.length === 0 || this.#told.now() - this.#namesAt < namesFresh) return false;
		return true;
	}

	#lookedUp(then: () => number | Waiting): Waiting {
		const asked = this.#told.now();
		this.#told.lookUp();
		const wait: Waiting = {
			socket: -1,
			again: () => (this.#namesAt >= asked ? then() : wait),
		};
		return wait;
	}

	names(found: ReadonlyMap<string, readonly string[]>): void {
		for (const [name, addresses] of found) {
			this.#judge.tell(name, addresses);
			this.#domains?.tell(name, addresses);
		}
		this.#namesAt = this.#told.now();
	}

	socket(question: Question, path: string): number {
		const verdict = narrowed(this.#judge.socket(path), this.#domains?.of(question.thread), (judge) =>
			judge.socket(path),
		);
		const outcome = this.#decide(
			question,
			'guard.socket',
			`socket ${path}`,
			verdict.action === 'ask' ? { ...verdict, action: 'deny' } : verdict,
		);
		return outcome === 'proceed' ? 0 : (outcome as number);
	}

	resolve(question: Question, path: string): { descriptor: number; path: string } | number {
		const whole = absolute(question.thread, path);
		return whole === undefined ? -error.EACCES : this.#opening.resolve(question.thread, whole);
	}

	resolveFolder(
		question: Question,
		path: string,
	): { descriptor: number; name: string; path: string } | number {
		const whole = absolute(question.thread, path);
		const cut = whole?.lastIndexOf('/') ?? -1;
		if (whole === undefined || cut < 0) return -error.EACCES;
		const name = whole.slice(cut + 1);
		const found = this.#opening.resolve(question.thread, whole.slice(0, cut) || '/');
		return typeof found === 'number'
			? found
			: { descriptor: found.descriptor, name, path: `${found.path}/${name}` };
	}

	/** `go`: what happens after a yes that came later. */
	#decide(question: Question, code: string, act: string, verdict: Verdict, go?: () => Outcome): Outcome {
		if (this.#options.learn) {
			this.#tell(question, 'guard.learned', act, { ...verdict, action: 'allow' });
			return 'proceed';
		}
		if (verdict.action === 'ask') return this.#asked(question, code, act, verdict, go ?? (() => 'proceed'));
		if (verdict.action !== 'allow') this.#tell(question, code, act, verdict);
		else this.#told.did?.(question.thread, act, 'allow');
		if (verdict.action === 'allow' || verdict.action === 'log') return 'proceed';
		return this.#refuse(question, verdict.action);
	}

	#refuse(question: Question, action: Action): number {
		if (action === 'kill' && this.#notifications.isOpen(question))
			kernel(call.kill, question.thread, SIGKILL);
		return -error.EACCES;
	}

	#asked(question: Question, code: string, act: string, verdict: Verdict, go: () => Outcome): Outcome {
		const answer = (yes: boolean): Outcome => {
			this.#tell(question, code, act, { ...verdict, action: yes ? 'log' : 'deny' });
			return yes ? go() : this.#refuse(question, 'deny');
		};
		const known = this.asking.known(act);
		if (known !== undefined) return answer(known);
		const { because } = verdict;
		const { thread } = question;
		const who = { thread, program: programOf(thread), rule: verdict.rule };
		const asked = { ...who, act, ...(because === undefined ? {} : { because }) };
		return this.asking.ask(asked, (yes) => {
			const outcome = answer(yes);
			if (outcome === 'proceed') this.#notifications.proceed(question);
			return outcome === 'proceed' || outcome === 'later' ? answered : outcome;
		});
	}

	/** Code may come from what may be run or loaded, and is not written by the program. */
	#isImage(path: string): boolean {
		if (this.#options.learn || path === this.#options.around.program) return true;
		return this.#judge.file(path, 'exec').action !== 'deny' || this.#judge.program(path).action !== 'deny';
	}

	#tell(question: Question, code: string, act: string, { action, rule, because }: Verdict): void {
		const program = programOf(question.thread);
		const subject = `${program.split('/').at(-1)}[${question.thread}]`;
		const detail = because === undefined ? `${act} (${rule})` : `${act} (${rule}: ${because})`;
		const record = {
			at: this.#told.now(),
			code,
			subject,
			detail,
			action,
			pid: question.thread,
			program,
			act,
			rule,
		};
		this.#folding.add(because === undefined ? record : { ...record, because });
		this.#told.did?.(question.thread, act, action);
	}

	end(): void {
		this.#folding.end();
	}
}

/** Of another process, in /proc: its memory and its files are within reach of who has the same walls. */
function isOfAnother(path: string, thread: number): boolean {
	const found = /^\/proc\/(\d+)(?=\/|$)/.exec(path);
	return found !== null && !existsSync(`/proc/${found[1]}/task/${thread}`);
}

function programOf(thread: number): string {
	try {
		return readlinkSync(`/proc/${thread}/exe`);
	} catch {
		return 'unknown';
	}
}
