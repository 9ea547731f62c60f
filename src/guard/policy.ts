/**
 * What a guarded program may do. A YAML file that can be read aloud; whatever it does not name is refused.
 *
 *   name: fetcher
 *   about: fetches from one server into one folder
 *   uses: [base]                                  # profiles or files whose rules are added to these
 *   files:
 *     - read: [/etc/fetcher.conf]                 # read it; of a folder: everything beneath it
 *     - write: ~/Downloads/                       # change what is there (a slash at the end: make the folder if need be)
 *     - create: ~/Downloads/                      # and make, rename, delete things in it
 *     - exec: /opt/fetcher/lib                    # load code from it (libraries)
 *     - read: ~/.ssh
 *       action: deny
 *       because: keys are nobody's business
 *   network:
 *     - out: [files.example.org, 192.0.2.0/24]    # hosts; also any, internet, lan, loopback, resolver
 *       ports: [443, 8000-8010]
 *       protocol: tcp
 *     - in: any                                   # the addresses of this machine that it may listen on
 *       ports: 4662
 *       from: [lan, 192.0.2.0/24]                 # who may connect; nothing said: everybody
 *       action: log
 *     - socket: /run/avahi-daemon/socket          # a socket in the file system
 *   programs:
 *     - run: [/usr/bin/fetcher, /usr/bin/gzip]
 *     - run: /usr/bin/ffmpeg
 *       under: media-player                       # has what both grant, and so does all that it starts
 *   limits: { memory: 1GB, processes: 64, open-files: 1024, file-size: 4GB, cpu: 2h }
 *   overflow: kill                                # a system call from where no code is: off, deny, kill
 *   opens: silent                                 # heard (each open is judged and told) or silent (the kernel alone)
 *   made-code: deny                               # memory that is written and then run: allow, deny
 *   dropper: deny                                 # runs what it wrote itself: deny, kill; allow lets it
 *   leak: { after: ~/.ssh, action: kill }         # connects after it has read that
 *   always: [{ out: 192.0.2.9, ports: 80 }]       # rules of any kind: what was answered with "always"
 *
 * Rules:
 * 1. An action is allow (unless said otherwise), log, ask, deny or kill. What is heard costs some microseconds; log,
 *    ask and kill of a file need opens that are heard.
 * 2. Of network rules the first that fits counts, own rules before those of `uses`. Of file rules the longest path
 *    counts; of equal ones a refusal before a permission.
 * 3. `~` is the user's home, `$PROGRAM` the program that is started, `$HERE` the folder it is started in,
 *    `$ARGUMENTS` each of its arguments that is a file or a folder.
 * 4. Of `in` rules with `from` each says who may connect, and the first that fits the caller counts.
 * 5. The program that the user names may always be started.
 */
import type { PortRange } from '../policy/ports.ts';
export type Action = 'allow' | 'log' | 'ask' | 'deny' | 'kill';
export type FileVerb = 'read' | 'write' | 'create' | 'exec';
export type Protocol = 'tcp' | 'udp';

export const actions: readonly Action[] = ['allow', 'log', 'ask', 'deny', 'kill'];
export const fileVerbs: readonly FileVerb[] = ['read', 'write', 'create', 'exec'];

interface Rule {
	readonly action: Action;
	readonly because?: string;
	/** `FILE:LINE`, for people: which rule decided. */
	readonly where: string;
}

export interface FileRule extends Rule {
	readonly verb: FileVerb;
	/** As written, with `~` and `$NAMES`. */
	readonly path: string;
}

export interface NetworkRule extends Rule {
	readonly direction: 'out' | 'in';
	/** `any`, `internet`, `lan`, `loopback`, `resolver` (the machine's name servers), an address, a range, or a name. */
	readonly hosts: readonly string[];
	/** Empty: all. */
	readonly ports: readonly PortRange[];
	/** Empty: both. */
	readonly protocols: readonly Protocol[];
	/** Of `in`: who may connect, an address, a range, or one of the words. Empty: everybody. */
	readonly from: readonly string[];
}

export interface SocketRule extends Rule {
	readonly path: string;
}

export interface ProgramRule extends Rule {
	readonly path: string;
	/** The profile that it runs under: it has what both grant. */
	readonly under?: string;
}

export interface LeakRule extends Rule {
	readonly after: readonly string[];
}

export interface Limits {
	/** Bytes. */
	readonly memory?: number;
	readonly processes?: number;
	readonly 'open-files'?: number;
	/** Bytes. */
	readonly 'file-size'?: number;
	/** Seconds of processor time. */
	readonly cpu?: number;
}

export interface Policy {
	readonly name: string;
	readonly about: string;
	readonly files: readonly FileRule[];
	readonly network: readonly NetworkRule[];
	readonly sockets: readonly SocketRule[];
	readonly programs: readonly ProgramRule[];
	readonly leaks: readonly LeakRule[];
	/** The profiles that programs run under, by their names as written. */
	readonly under: Readonly<Record<string, Policy>>;
	readonly limits: Limits;
	readonly overflow: 'off' | 'deny' | 'kill';
	readonly opens: 'heard' | 'silent';
	readonly madeCode: 'allow' | 'deny';
	readonly dropper: Action;
}

/** What one file says: the same, before the profiles that it uses are added. undefined: it does not say. */
export interface PolicyPart extends Omit<Policy, 'under' | 'overflow' | 'opens' | 'madeCode' | 'dropper'> {
	readonly uses: readonly string[];
	readonly overflow: Policy['overflow'] | undefined;
	readonly opens: Policy['opens'] | undefined;
	readonly madeCode: Policy['madeCode'] | undefined;
	readonly dropper: Action | undefined;
}

/** The first is the user's own; what it says goes before what the others say. */
export function compose(parts: readonly PolicyPart[]): Policy {
	const [own] = parts;
	if (own === undefined) throw new Error('a policy of no parts');
	return {
		name: own.name,
		about: own.about,
		files: parts.flatMap(({ files }) => files),
		network: parts.flatMap(({ network }) => network),
		sockets: parts.flatMap(({ sockets }) => sockets),
		programs: parts.flatMap(({ programs }) => programs),
		leaks: parts.flatMap(({ leaks }) => leaks),
		under: {},
		limits: Object.assign({}, ...parts.map(({ limits }) => limits).reverse()),
		overflow: first(parts.map(({ overflow }) => overflow)) ?? 'deny',
		opens: first(parts.map(({ opens }) => opens)) ?? 'heard',
		madeCode: first(parts.map(({ madeCode }) => madeCode)) ?? 'allow',
		dropper: first(parts.map(({ dropper }) => dropper)) ?? 'deny',
	};
}

function first<T>(values: readonly (T | undefined)[]): T | undefined {
	return values.find((value) => value !== undefined);
}

/** Also where it is for what follows from what, or for programs under profiles. */
export function hearsOpens({ opens, leaks, under }: Policy): boolean {
	return opens === 'heard' || leaks.length > 0 || Object.keys(under).length > 0;
}
