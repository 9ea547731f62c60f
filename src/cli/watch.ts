import { isRefusal, type Refusal } from '../evidence/refusal.ts';
import { CaptureStream } from '../watch/capture/capture-file.ts';
import type { CaptureEnd } from '../watch/capture/packet-sink.ts';
import { readAhead } from '../watch/capture/read-ahead.ts';
import { writeZeekFlow } from '../watch/export/zeek.ts';
import { Hosts } from '../watch/recognise/hosts.ts';
import { Watch } from '../watch/watch.ts';
import { CommandFailed, type Context, UsageError } from './context.ts';
import { count, print, printJson, printToErrors } from './print.ts';
import type { RulesExport } from './watch-export.ts';
import { Outputs } from './watch-outputs.ts';
import type { Police } from './watch-policy.ts';
import { sentenceOf } from './watch-refusal.ts';
import { show, showHosts } from './watch-show.ts';
import { verify } from './watch-verify.ts';

type Ended = CaptureEnd | Refusal;

interface Options {
	readonly interface?: string;
	readonly netflow?: { host: string; port: number };
	readonly log?: string;
	readonly rotate?: number;
	readonly allFlows?: boolean;
	readonly zeek?: string;
	readonly pcapOut?: string;
	readonly detail?: boolean;
	readonly hosts?: boolean;
	readonly historical?: boolean;
	readonly policy?: string;
	readonly apply?: boolean;
	readonly export?: string;
	readonly open?: boolean;
}

/** `sallyport watch`: a capture or an interface, flow by flow; `watch verify FILE` follows an evidence file's chain. */
export async function run(context: Context, words: readonly string[]): Promise<number> {
	const options = context.options as Options;
	if (words[0] === 'verify' && words.length > 1) return verify(context, words.slice(1));
	if (options.netflow !== undefined && options.export !== undefined)
		throw new UsageError('--export needs packets: NetFlow does not say which network a flow is.');
	if (words[0] === 'clear' && words.length === 1) return (await import('./watch-policy.ts')).clear(context);
	if (options.netflow !== undefined) {
		const hosts = new Hosts();
		const { listenToNetflow } = await import('./watch-netflow.ts');
		const summary = await listenToNetflow(options.netflow, hosts, context);
		showHosts(context, hosts.ranked(50));
		if (context.json) printJson(summary);
		else
			print(
				`${count(summary.records, 'record')}, ${count(summary.flows, 'flow')}; ${summary.refused} datagrams were no NetFlow, ${summary.early} came before their template.`,
			);
		return 0;
	}
	if (words.length === 0 && options.interface === undefined)
		throw new UsageError('Name a capture file, - for standard input, or --interface IF.');
	if (options.open && !options.apply) return (await import('./watch-open.ts')).showConsole(context, words);
	if (options.detail && options.log === undefined)
		throw new UsageError(
			'--detail needs --log FILE: names of people and files go into an evidence file alone.',
		);
	const rules = await rulesOf(options);
	if (options.apply && (options.policy === undefined || options.interface === undefined))
		throw new UsageError('--apply needs --policy FILE and --interface IF: it acts on what passes there.');
	const outputs = new Outputs(context, options);
	const hosts = options.hosts ? new Hosts() : undefined;
	const police = await policeOf(options, context, outputs);
	const console = options.open ? await consoleOf(context, words, police) : undefined;
	const { zeek } = outputs;
	const watch = new Watch({
		...outputs.lines,
		// What is no peer's is nobody's evidence: it is written down only where it was asked for.
		onlyRecognised: options.log !== undefined && !options.allFlows,
		...(hosts === undefined ? {} : { hosts }),
		...(outputs.keeper === undefined ? {} : { keeper: outputs.keeper }),
		...police?.hooks,
		...((police ?? zeek ?? rules) === undefined
			? {}
			: {
					ended: (flow, _why, verdict) => {
						police?.review.ended(flow);
						if (zeek !== undefined) writeZeekFlow(zeek, flow, verdict);
						rules?.ended(flow, verdict);
					},
				}),
		detail: options.detail ?? false,
		historical: options.historical ?? false,
	});
	const end = await read(words, options, watch, outputs, context, police).finally(async () => {
		await console?.close();
		await police?.close();
	});
	if (isRefusal(end)) throw new CommandFailed(sentenceOf(end));
	const summary = watch.end(end);
	outputs.close();
	rules?.print();
	show(context, summary, watch, hosts?.ranked(50));
	police?.show(context);
	return 0;
}

/** Rules take standard output; everything else that is said goes to standard error. */
async function rulesOf({ export: format, policy }: Options): Promise<RulesExport | undefined> {
	if (format === undefined) return undefined;
	printToErrors();
	// Loaded where it is wanted: reading policies costs as much as all the rest of the start.
	const { RulesExport } = await import('./watch-export.ts');
	return new RulesExport(format, policy);
}

/** With --export alone the policy says what the exported rules do. */
async function policeOf(options: Options, context: Context, { lines }: Outputs): Promise<Police | undefined> {
	if (options.policy === undefined || (options.export !== undefined && !options.apply)) return undefined;
	const { Police } = await import('./watch-policy.ts');
	return Police.of(options, context, lines.events ?? lines.flows);
}

/** Beside a watch that acts. */
async function consoleOf(context: Context, words: readonly string[], police: Police | undefined) {
	const { openConsole } = await import('./watch-open.ts');
	return openConsole(context, words, police?.enforcing);
}

function read(
	words: readonly string[],
	options: Options,
	watch: Watch,
	outputs: Outputs,
	context: Context,
	police: Police | undefined,
): Promise<Ended> {
	if (options.interface !== undefined) return readLive(options.interface, watch, outputs, context, police);
	return words[0] === '-' ? readStandardInput(watch, context) : readFiles(words, watch, context);
}

/** Idle flows end as time goes on, and records are on disk a second after they were made. */
async function readLive(
	name: string,
	watch: Watch,
	outputs: Outputs,
	context: Context,
	police: Police | undefined,
): Promise<Ended> {
	const { LiveCapture } = await import('../watch/capture/live.ts');
	const capture = LiveCapture.open(name, { hurried: () => police?.isBusy ?? false });
	if (isRefusal(capture)) return capture;
	process.stderr.write(`Watching ${name} (${capture.how}); Ctrl-C ends it.\n`);
	const second = setInterval(() => {
		watch.advance(Math.floor(Date.now() / 1000));
		outputs.flush();
	}, 1000);
	try {
		return await capture.run(watch, context.interrupted);
	} finally {
		clearInterval(second);
	}
}

async function readFiles(paths: readonly string[], watch: Watch, context: Context): Promise<Ended> {
	if (paths.length === 1) return readAhead(paths[0]!, watch, context.interrupted);
	const { readMerged } = await import('../watch/capture/merged.ts');
	return readMerged(paths, watch);
}

function readStandardInput(watch: Watch, context: Context): Promise<Ended> {
	const stream = new CaptureStream(watch);
	return new Promise((resolve, reject) => {
		const done = () => {
			process.stdin.destroy();
			resolve(stream.end());
		};
		process.stdin.on('data', (chunk: Buffer) => {
			stream.push(chunk);
			if (stream.stopped) done();
		});
		process.stdin.on('end', done);
		process.stdin.on('error', reject);
		context.interrupted.addEventListener('abort', done);
	});
}
