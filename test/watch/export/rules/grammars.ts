/**
 * Small, strict grammars of the formats: only what our rules need is allowed, so a text from outside that became more
 * than a text is an error. Suricata, Snort and Zeek are not in Debian 12; this is what stands in for them.
 */
export interface Part {
	readonly bytes: string;
	readonly offset: number;
	readonly depth: number;
	readonly nocase: boolean;
}

/** A rule with content. */
export interface ContentOf {
	readonly sid: number;
	readonly transport: 'tcp' | 'udp';
	readonly side: 'to_server' | 'to_client' | undefined;
	readonly size: number | undefined;
	readonly parts: readonly Part[];
	/** Zeek: expressions tied to the beginning, instead of parts. */
	readonly expressions: readonly RegExp[];
}

export class NotInGrammar extends Error {
	override readonly name = 'NotInGrammar';
}

function want(text: string, form: RegExp): RegExpExecArray {
	const found = form.exec(text);
	if (found === null) throw new NotInGrammar(`${text} is not ${form}`);
	return found;
}

/** Lines that are no comment; a comment must be one in every line. */
function lines(text: string, mark: string): string[] {
	if (!text.endsWith('\n')) throw new NotInGrammar('no line end at the end');
	if (/[^\x20-\x7e\n\t]/.test(text)) throw new NotInGrammar('signs that are no printable ASCII');
	return text
		.slice(0, -1)
		.split('\n')
		.filter((line) => !line.startsWith(mark));
}

function bytesOfContent(text: string): string {
	want(text, /^([A-Za-z0-9 ./_-]|\|[0-9A-F]{2}( [0-9A-F]{2})*\|)+$/);
	return text.replace(/\|([0-9A-F ]+)\|/g, (_, hex: string) =>
		String.fromCharCode(...hex.split(' ').map((byte) => Number.parseInt(byte, 16))),
	);
}

interface Building {
	sid: number;
	side: ContentOf['side'];
	size: number | undefined;
	parts: Part[];
}

/** Options that both have; true: it was one. */
function commonOption(option: string, into: Building): boolean {
	const [name, value = ''] = option.split(/:(.*)/s) as [string, string?];
	switch (name) {
		case 'msg':
			want(value, /^"SALLYPORT [A-Za-z0-9 .-]+"$/);
			return true;
		case 'flow':
			into.side = want(value, /^(?:established)?,?(to_server|to_client)?$/)[1] as ContentOf['side'];
			return true;
		case 'dsize':
			into.size = Number(want(value, /^[0-9]{1,4}$/)[0]);
			return true;
		case 'classtype':
			want(value, /^policy-violation$/);
			return true;
		case 'metadata':
			want(value, /^p2p_network [a-z0-9-]+$/);
			return true;
		case 'rev':
			want(value, /^1$/);
			return true;
		case 'sid':
			into.sid = Number(want(value, /^1[0-9]{6}$/)[0]);
			return true;
		default:
			return false;
	}
}

/** `names`: rules for DNS names, counted only. */
export function readSuricata(text: string): { rules: ContentOf[]; names: string[] } {
	const rules: ContentOf[] = [];
	const names: string[] = [];
	for (const line of lines(text, '#')) {
		const form = /^drop (tcp|udp|dns) any any -> any any \((.+);\)$/;
		const [, protocol, body] = want(line, form) as unknown as [string, string, string];
		const rule: Building = { sid: 0, side: undefined, size: undefined, parts: [] };
		const words: string[] = [];
		for (const option of body.split('; ')) {
			if (commonOption(option, rule)) continue;
			if (['dns.query', 'dotprefix', 'endswith'].includes(option)) words.push(option);
			else suricataPart(option, rule.parts);
		}
		if (protocol === 'dns') {
			if (words.join() !== 'dns.query,dotprefix,endswith') throw new NotInGrammar(line);
			names.push(rule.parts[0]!.bytes.slice(1));
		} else if (words.length > 0) throw new NotInGrammar(line);
		else rules.push({ ...rule, transport: protocol as 'tcp' | 'udp', expressions: [] });
		if (rule.sid === 0) throw new NotInGrammar(`no sid: ${line}`);
	}
	return { rules, names };
}

function suricataPart(option: string, parts: Part[]): void {
	const [name, value = ''] = option.split(/:(.*)/s) as [string, string?];
	if (name === 'content')
		return void parts.push({
			bytes: bytesOfContent(want(value, /^"([^"]+)"$/)[1]!),
			offset: 0,
			depth: 0,
			nocase: false,
		});
	const last = parts.pop();
	if (last === undefined) throw new NotInGrammar(option);
	if (name === 'nocase') return void parts.push({ ...last, nocase: true });
	if (name !== 'offset' && name !== 'depth') throw new NotInGrammar(option);
	parts.push({ ...last, [name]: Number(want(value, /^[0-9]{1,4}$/)[0]) });
}

export function readSnort(text: string): { rules: ContentOf[]; names: number } {
	const rules: ContentOf[] = [];
	let names = 0;
	for (const line of lines(text, '#')) {
		const form = /^drop (tcp|udp) any any -> any (any|53) \( (.+); \)$/;
		const [, protocol, port, body] = want(line, form) as unknown as [string, string, string, string];
		const rule: Building = { sid: 0, side: undefined, size: undefined, parts: [] };
		for (const option of body.split('; ')) {
			if (commonOption(option, rule)) continue;
			const content = /^content:"([^"]+)",offset ([0-9]{1,4}),depth ([0-9]{1,4})(,nocase)?$/;
			const [, bytes, offset, depth, nocase] = want(option, content);
			rule.parts.push({
				bytes: bytesOfContent(bytes!),
				offset: Number(offset),
				depth: Number(depth),
				nocase: nocase !== undefined,
			});
		}
		if (rule.sid === 0) throw new NotInGrammar(`no sid: ${line}`);
		if (port === '53') names++;
		else rules.push({ ...rule, transport: protocol as 'tcp' | 'udp', expressions: [] });
	}
	return { rules, names };
}

const zeekExpression =
	/^payload \/((?:[A-Za-z0-9]|\\x[0-9a-f]{2}|\[[a-z][A-Z]\]|\[\\x00-\\xff\](?:\{[0-9]{1,3}\}|\*)?)+)\/$/;

export function readZeek(text: string): { rules: ContentOf[]; names: number } {
	const rules: ContentOf[] = [];
	let names = 0;
	const rest = lines(text, '#');
	while (rest.length > 0 && rest[0] !== '') {
		const sid = Number(want(rest.shift()!, /^signature sallyport-(1[0-9]{6}) \{$/)[1]);
		let transport: 'tcp' | 'udp' | undefined;
		let size: number | undefined;
		let side: ContentOf['side'];
		const expressions: RegExp[] = [];
		let [hasEvent, isName] = [false, false];
		for (let line = rest.shift(); line !== '}'; line = rest.shift()) {
			const condition = want(line ?? '', /^ {2}(.+)$/)[1]!;
			const word = condition.split(' ', 1)[0];
			if (word === 'ip-proto') transport = want(condition, /== (tcp|udp)$/)[1] as 'tcp' | 'udp';
			else if (word === 'payload-size') size = Number(want(condition, /^\S+ == ([0-9]{1,4})$/)[1]);
			else if (word === 'tcp-state' || word === 'udp-state') {
				const state = want(condition, /^(?:tcp-state established,?|udp-state )(originator|responder)?$/)[1];
				side = state === undefined ? undefined : state === 'originator' ? 'to_server' : 'to_client';
			} else if (word === 'payload')
				expressions.push(new RegExp(`^${want(condition, zeekExpression)[1]}`, 's'));
			else if (word === 'dst-port') isName = want(condition, /^dst-port == 53$/) !== null;
			else hasEvent = want(condition, /^event "SALLYPORT [A-Za-z0-9 .-]+"$/) !== null;
		}
		if (transport === undefined || !hasEvent || expressions.length === 0) throw new NotInGrammar(`${sid}`);
		if (isName) names++;
		else rules.push({ sid, transport, side, size, parts: [], expressions });
	}
	return { rules, names };
}

const v4 = '(?:[0-9]{1,3}\\.){3}[0-9]{1,3}';
const v6 = '[0-9a-f:]{2,39}(?:\\.[0-9.]+)?';

/** Lines of the access lists; numbers of entries by list. */
export function readCisco(text: string): Map<string, number> {
	const lists = new Map<string, number>();
	let list = '';
	for (const line of lines(text, '!')) {
		if (/^no (ip access-list extended|ipv6 access-list) [A-Z0-9-]+$/.test(line)) continue;
		const head = /^(?:ip access-list extended|ipv6 access-list) (SALLYPORT-P2P6?-(?:IN|OUT))$/.exec(line);
		if (head !== null) {
			list = head[1]!;
			lists.set(list, 0);
			continue;
		}
		const [address, all] = list.includes('P2P6') ? [v6, 'ipv6'] : [v4, 'ip'];
		const end = `(?:any|host ${address})(?: eq [0-9]{1,5})?`;
		const entry = `^ (?:deny (?:tcp|udp) ${end} ${end}|permit ${all} any any|remark [A-Za-z0-9 ._/+-]{1,100})$`;
		want(line, new RegExp(entry));
		if (line.startsWith(' deny')) lists.set(list, lists.get(list)! + 1);
	}
	return lists;
}

/** Every line of a table as we write it; the number of elements. */
export function readNft(text: string): number {
	const element = `\\t{3}(?:(?:${v4}|${v6}) \\. ){1,2}[0-9]{1,5} \\. (?:tcp|udp) comment "[A-Za-z0-9 ._/+-]{1,100}",?`;
	const other = [
		'(?:delete )?table inet sallyport_export(?: \\{)?',
		'\\t(?:set|chain) [a-z0-9_]+ \\{',
		'\\t{0,2}\\}',
		'\\t\\ttype (?:ipv[46]_addr \\. ){1,2}inet_service \\. inet_proto',
		'\\t\\telements = \\{',
		'\\t\\ttype filter hook [a-z]+ priority 0; policy accept;',
		'\\t\\tjump p2p_judge',
		'\\t\\tmeta l4proto tcp counter reject with tcp reset',
		'\\t\\ttcp flags rst return',
		'\\t\\tcounter drop',
		'\\t\\t(?:ip6? [sd]addr \\. ){1,2}th [sd]port \\. meta l4proto @[a-z0-9]+ goto p2p_refuse',
	].join('|');
	const form = new RegExp(`^(?:${element}|${other})$`);
	for (const line of lines(text, '#')) want(line, form);
	return lines(text, '#').filter((line) => new RegExp(`^${element}$`).test(line)).length;
}

/** The number of rules. */
export function readIptables(text: string): number {
	const address = `(?:${v4}/32|${v6}/128)`;
	const form = new RegExp(
		`^-A SALLYPORT-P2P -[46] (?:-[sd] ${address} ){1,2}-p (tcp|udp) -m \\1 --[sd]port [0-9]{1,5} ` +
			'-m comment --comment "[A-Za-z0-9 ._/+-]{1,100}" -j (?:DROP|REJECT --reject-with tcp-reset)$',
	);
	const all = lines(text, '#');
	const [table, chain, ...rules] = all;
	if (table !== '*filter' || chain !== ':SALLYPORT-P2P - [0:0]' || rules.pop() !== 'COMMIT')
		throw new NotInGrammar('not the frame of a chain');
	for (const line of rules) want(line, form);
	return rules.length;
}

/** What unbound reads, what dnsmasq reads, and names in comments. */
export function readSinkhole(text: string): { unbound: string[]; dnsmasq: string[]; said: string[] } {
	const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
	const name = `((?:${label}\\.)+${label})`;
	const all = (form: string) => [...text.matchAll(new RegExp(`^${form}$`, 'gm'))].map(([, found]) => found!);
	const active = lines(text, '#');
	if (active[0] !== 'server:') throw new NotInGrammar('not the frame of a clause');
	for (const line of active.slice(1))
		want(line, new RegExp(`^\\tlocal-zone: "${name}\\." always_nxdomain # [a-z0-9-]+$`));
	return {
		unbound: all(`\\tlocal-zone: "${name}\\." .*`),
		dnsmasq: all(`#dnsmasq address=/${name}/`),
		said: all(`# A conversation named this seed; not refused, look first: ${name}`),
	};
}

/** Whether a rule fires on the first bytes of a direction, or a datagram, as latin-1 text; `size`: of its first packet. */
export function fires(rule: ContentOf, payload: string, size: number): boolean {
	if (rule.size !== undefined && rule.size !== size) return false;
	if (!rule.expressions.every((form) => form.test(payload))) return false;
	return rule.parts.every(({ bytes, offset, depth, nocase }) => {
		const area = payload.slice(offset, offset + depth);
		return nocase ? area.toLowerCase().includes(bytes.toLowerCase()) : area.includes(bytes);
	});
}
