import type { Search } from '../../../node/api/schemas.ts';
import { whyOf } from '../../frame/marks.tsx';
import { useStatus } from '../../hooks.ts';
import { QuietLink } from '../../parts/quiet.tsx';
import { Empty } from '../../table/states.tsx';
import { words } from '../../words.ts';

/** Which it is: nobody to ask, still asking, nobody has it, or only answers that were refused. */
export function NoResults({ search }: { search: Search }) {
	const networks = useStatus()?.networks ?? [];
	if (search.state === 'asking') return <Empty title={words.search.wait} text={search.why} />;
	if (search.results > 0 && search.results === search.refused) {
		return <Empty title={words.search.onlyRefused(search.refused)} text={search.why} />;
	}
	if (search.asked === 0) {
		return (
			<Empty title={words.search.noPeers} text={whyOf(networks)}>
				<QuietLink to="/network">{words.search.seeNetwork}</QuietLink>
			</Empty>
		);
	}
	return <Empty title={words.search.noHits} text={words.search.noHitsHint} />;
}
