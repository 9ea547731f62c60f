/**
 * Answers the filter's questions. It decides by the policy (judge.ts), acts in the program's place (kernel/sockets.ts),
 * and tells what it decided.
 *
 * Rules:
 * 1. What cannot be read or understood is refused, and so is everything when we are gone.
 * 2. A call goes on by itself (CONTINUE) only where Landlock and the view judge it again: opening and running files.
 *    For those the answer here is for the record, for asking, and for what follows from what.
 * 3. One question at a time; nothing here waits. What would wait is put aside, and tried again.
 */
import { existsSync, readlinkSync } from 'node:fs';
import type { Surroundings } from './grants.ts';
import { isBeneath } from './grants.ts';
import { type Destination, Judge, type Verdict } from './judge.ts';
import { call, error, kernel } from './kernel/calls.ts';
import { Images } from './kernel/images.ts';
import type { Notifications, Question } from './kernel/notify.ts';
import { absolute, Opening, real } from './kernel/paths.ts';
import { type Gate, Sockets, type Waiting } from './kernel/sockets.ts';
import type { Action, FileVerb, Policy } from './policy.ts';
import { Folding, type GuardRecord } from './record.ts';

export interface Asked {
	readonly token: number;
	readonly program: string;
	readonly act: string;
	readonly because?: string;
}

export interface Told {
	/** A decision. */
	record(record: GuardRecord): void;
	/** Somebody has to decide: answered() is called when they have. */
	ask(asked: Asked): void;
	/** An address fits no name of the policy: names() is called when they were looked up again. */
	lookUp(): void;
	now(): number;
}

export interface SupervisorOptions {
	readonly policy: Policy;
	readonly around: Surroundings;
	readonly resolvers: readonly string[];
	/** Everything goes on; all of it is told. */
	readonly learn: boolean;
}

const SIGKILL = 9;
const AT_EMPTY_PATH = 0x1000;
const O_CREAT = 0o100;
const O_CLOEXEC = 0o2000000;
const O_TMPFILE = 0o20000000;
const namesFresh = 10_000;

/** What a question ends in. `later`: it has been put aside. */
type Outcome = 'proceed' | 'later' | number | Waiting;

const execs: readonly number[] = [call.execve, call.execveat];
const opens: readonly number[] = [call.open, call.openat, call.openat2, call.creat];
const sockets: readonly number[] = [
	call.connect,
	call.bind,
	call.listen,
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
	readonly #folding: Folding;
	readonly #answers = new Map<number, boolean>();
	/** What was answered for the rest of the run. */
	readonly #session = new Map<string, boolean>();
	#token = 0;
	#namesAt = 0;
	#started = false;
	/** Files that the tree wrote, for the dropper; what it read, for the leak. */
	readonly #wrote = new Set<string>();
	#read: string | undefined;

	constructor(notifications: Notifications, options: SupervisorOptions, told: Told) {
		this.#notifications = notifications;
		this.#options = options;
		this.#told = told;
		this.#judge = new Judge(options.policy, options.around, options.resolvers);
		this.#sockets = new Sockets(notifications, this);
		this.#images = new Images((path) => this.#isImage(path));
		this.#folding = new Folding(told.record);
	}

	get judge(): Judge {
		return this.#judge;
	}

	/** Answers now, or says what it waits for: `again` is then called, and its number answered. */
	handle(question: Question): Waiting | undefined {
		const outcome = this.#outcome(question);
		if (outcome === 'later') return undefined;
		if (outcome === 'proceed') this.#notifications.proceed(question.id);
		else if (typeof outcome === 'number') this.#notifications.answer(question.id, outcome);
		else return outcome;
		return undefined;
	}

	#outcome(question: Question): Outcome {
		const { learn, policy } = this.#options;
		// The launcher's own last step comes from its page of code.
		if (!this.#started) this.#started = execs.includes(question.call);
		else if (policy.overflow !== 'off') {
			const stranger = this.#images.stranger(question.thread, question.instruction);
			if (stranger !== undefined) {
				const action = learn ? 'log' : policy.overflow;
				this.#tell(question, 'guard.overflow', `call ${question.call} from ${stranger}`, {
					action,
					rule: 'overflow',
				});
				if (!learn) return this.#refuse(question, action);
			}
		}
		if (execs.includes(question.call)) return this.#execute(question);
		if (opens.includes(question.call)) return this.#open(question);
		if (sockets.includes(question.call)) return this.#sockets.act(question);
		return this.#change(question);
	}

	#execute(question: Question): Outcome {
		const [first = 0, second = 0] = question.words;
		const at = question.call === call.execveat;
		const path = this.#path(
			question,
			at ? second : first,
			at ? first | 0 : undefined,
			at && (question.words[4]! & AT_EMPTY_PATH) !== 0,
		);
		if (path === undefined) return -error.EFAULT;
		const followed = real(path);
		const written = this.#wrote.has(followed) ? followed : undefined;
		const act = `run ${followed}`;
		if (written !== undefined && this.#options.policy.dropper !== 'allow') {
			const verdict = {
				action: this.#options.policy.dropper,
				rule: 'dropper',
				because: 'it wrote that file itself',
			};
			const outcome = this.#decide(question, 'guard.dropper', act, verdict);
			if (outcome !== 'proceed') return outcome;
		}
		const named = this.#judge.program(path);
		const verdict = named.action === 'deny' ? this.#judge.program(followed) : named;
		if (verdict.action === 'deny' && verdict.rule === 'none' && !existsSync(followed)) return -error.ENOENT;
		return this.#decide(question, 'guard.program', act, verdict);
	}

	#open(question: Question): Outcome {
		const { call: number, words } = question;
		const plain = number === call.open || number === call.creat;
		const path = this.#path(question, words[plain ? 0 : 1]!, plain ? undefined : words[0]! | 0);
		if (path === undefined) return -error.EFAULT;
		const flags = this.#flags(question);
		if (flags === undefined) return -error.EFAULT;
		const verb = verbOf(flags, path);
		const lexical = this.#judge.file(path, verb);
		const followed =
			lexical.action === 'allow' && this.#options.policy.leaks.length === 0 ? path : real(path);
		const verdict = lexical.action === 'allow' ? lexical : this.#judge.file(followed, verb);
		const outcome = this.#decideFile(question, verb, followed, verdict, flags);
		if (outcome === 'proceed') this.#noteFile(verb, followed);
		return outcome;
	}

	#decideFile(question: Question, verb: FileVerb, path: string, verdict: Verdict, flags: number): Outcome {
		// What is not there, and may not be seen, is no decision: programs look for much.
		const absent = verdict.action === 'deny' && verdict.rule === 'none' && !existsSync(path);
		if (absent && !this.#options.learn) return verb === 'read' ? -error.ENOENT : -error.EACCES;
		const act = `${verb} ${path}`;
		if (verdict.action !== 'ask' || this.#options.learn)
			return this.#decide(question, 'guard.file', act, verdict);
		const permissions = question.words[question.call === call.openat ? 3 : 2]!;
		const give = (): Outcome => {
			const ours = this.#opening.exactly(path, flags | O_CLOEXEC, permissions);
			if (ours < 0) return ours;
			this.#notifications.give(question.id, ours, (flags & O_CLOEXEC) !== 0);
			kernel(call.close, ours);
			return 'later';
		};
		return this.#asked(question, 'guard.file', act, verdict, give);
	}

	#noteFile(verb: FileVerb, path: string): void {
		if (verb !== 'read' && this.#wrote.size < 65_536) this.#wrote.add(path);
		for (const { after } of this.#options.policy.leaks)
			for (const secret of after) if (isBeneath(path, this.#expanded(secret))) this.#read = path;
	}

	#expanded(path: string): string {
		return path.startsWith('~') ? this.#options.around.home + path.slice(1) : path;
	}

	/** Heard while learning only. */
	#change(question: Question): Outcome {
		const path = this.#path(question, question.words[question.call >= call.openat ? 1 : 0]!, undefined);
		if (path !== undefined)
			this.#tell(question, 'guard.learned', `create ${path}`, { action: 'allow', rule: 'learn' });
		return 'proceed';
	}

	#flags(question: Question): number | undefined {
		if (question.call === call.creat) return O_CREAT | 1 | 0o1000;
		if (question.call === call.open) return question.words[1]! | 0;
		if (question.call === call.openat) return question.words[2]! | 0;
		return this.#notifications.read(question, question.words[2]!, 8)?.readInt32LE(0);
	}

	#path(question: Question, at: number, folder?: number, empty = false): string | undefined {
		const text = this.#notifications.readText(question, at);
		if (text === undefined) return undefined;
		if (text === '' && empty && folder !== undefined) {
			try {
				return readlinkSync(`/proc/${question.thread}/fd/${folder}`);
			} catch {
				return undefined;
			}
		}
		return absolute(question.thread, text, folder);
	}

	network(question: Question, to: Destination, go: () => number | Waiting): number | Waiting {
		const place = to.host.includes(':') ? `[${to.host}]:${to.port}` : `${to.host}:${to.port}`;
		const act = `${to.direction} ${to.protocol} ${place}`;
		const leak =
			to.direction === 'out' && this.#read !== undefined ? this.#options.policy.leaks[0] : undefined;
		if (leak !== undefined && leak.action !== 'allow') {
			const verdict = { action: leak.action, rule: leak.where, because: `it has read ${this.#read}` };
			const outcome = this.#decide(question, 'guard.leak', act, verdict);
			if (outcome !== 'proceed') return outcome as number | Waiting;
		}
		const verdict = this.#judge.destination(to);
		if (verdict.rule === 'none' && this.#namesAreOld())
			return this.#lookedUp(() => this.network(question, to, go));
		const outcome = this.#decide(question, 'guard.network', act, verdict, go);
		return outcome === 'proceed' ? go() : (outcome as number | Waiting);
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
		for (const [name, addresses] of found) this.#judge.tell(name, addresses);
		this.#namesAt = this.#told.now();
	}

	socket(question: Question, path: string): number {
		const verdict = this.#judge.socket(path);
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
		if (verdict.action === 'allow' || verdict.action === 'log') return 'proceed';
		return this.#refuse(question, verdict.action);
	}

	#refuse(question: Question, action: Action): number {
		if (action === 'kill') kernel(call.kill, question.thread, SIGKILL);
		return -error.EACCES;
	}

	#asked(question: Question, code: string, act: string, verdict: Verdict, go: () => Outcome): Outcome {
		const known = this.#session.get(act);
		if (known !== undefined) return known ? go() : this.#refuse(question, 'deny');
		const token = ++this.#token;
		const { because } = verdict;
		this.#told.ask({
			token,
			program: programOf(question.thread),
			act,
			...(because === undefined ? {} : { because }),
		});
		const wait: Waiting = {
			socket: -1,
			again: () => {
				const answer = this.#answers.get(token);
				if (answer === undefined) return wait;
				this.#answers.delete(token);
				this.#tell(question, code, act, { ...verdict, action: answer ? 'log' : 'deny' });
				if (!answer) return this.#refuse(question, 'deny');
				const outcome = go();
				if (outcome === 'proceed') this.#notifications.proceed(question.id);
				return outcome === 'proceed' || outcome === 'later' ? answered : outcome;
			},
		};
		return wait;
	}

	answered(token: number, yes: boolean, act: string | undefined): void {
		this.#answers.set(token, yes);
		if (act !== undefined) this.#session.set(act, yes);
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
	}

	end(): void {
		this.#folding.end();
	}
}

/** Not to be answered any more: it has been. */
export const answered = Number.MIN_SAFE_INTEGER;

function programOf(thread: number): string {
	try {
		return readlinkSync(`/proc/${thread}/exe`);
	} catch {
		return 'unknown';
	}
}

function verbOf(flags: number, path: string): FileVerb {
	if ((flags & O_TMPFILE) === O_TMPFILE) return 'create';
	if ((flags & O_CREAT) !== 0) return existsSync(path) ? ((flags & 3) === 0 ? 'read' : 'write') : 'create';
	return (flags & 3) === 0 ? 'read' : 'write';
}
