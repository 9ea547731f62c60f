/** Stratum, the protocol of mining pools: JSON lines whose methods are its own. The other sharing of processors. */
import { text } from '../common/lines.ts';
import { type Finding, type Pattern, contentRule as rule, type Signature } from '../signature.ts';

const stratum: Pattern = {
	begins: ['{'],
	match({ bytes, from, to, last }): Finding {
		const said = text(bytes, from, Math.min(to, from + 600));
		const found =
			/"method" ?: ?"(mining\.(subscribe|authorize|notify|set_difficulty|submit|configure|extranonce\.subscribe)|eth_(submitLogin|getWork|submitWork|submitHashrate))"/.exec(
				said,
			);
		if (found !== null) return { what: `method "${found[1]}"`, offset: found.index, length: found[0].length };
		const login = /"method" ?: ?"(login|job|submit)".{0,200}("agent"|"job_id"|"rigid"|"algo")/.exec(said);
		if (login !== null)
			return { what: `method "${login[1]}" of a mining pool`, offset: login.index, length: 16 };
		return last || said.includes('\n') || said.length >= 600 ? undefined : 'more';
	},
};

export const signature: Signature = {
	network: 'mining',
	title: 'Stratum: mining pools',
	source: 'public descriptions of Stratum',
	seen: 'read',
	rules: [
		rule(
			1400,
			'tcp',
			'Stratum subscription',
			[{ bytes: '{' }, { bytes: '"mining.subscribe"', offset: 1, within: 200 }],
			{ by: 'opener' },
		),
	],
	tcp: [stratum],
};
