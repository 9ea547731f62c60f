/** What the node keeps for one of its networks: the Host of networks/network.ts. */
import { reasonOf } from '../evidence/reasons.ts';
import { base32 } from '../networks/common/hash.ts';
import type { Hit, Host, NetworkName } from '../networks/network.ts';
import { systemClock } from './clock.ts';
import type { Node } from './node.ts';
import { treeWith, withPartials } from './partial-shares.ts';

/** Made before the parts of the node that it speaks to: they are looked up when they are needed. */
export function hostOf(node: Node, network: NetworkName): Host {
	const library = () => node.library;
	const downloads = () => node.downloads;
	const partials = withPartials(library, downloads);
	return {
		get shares() {
			return node.options.sharePartial ? partials : node.library.shares;
		},
		hit: (search, hit) => {
			if (search > 0) node.searches.hit(search, inWords(hit));
			// A hit may be a new source of something that is being fetched.
			if (hit.verdict !== 'refused') node.downloads.addSources(hit, [hit.source], hit.size || undefined);
		},
		searchEnded: (search, why) => node.participants.searchEnded(search, network, why),
		admit: (link, asker) => node.uploads.admit(link, asker),
		tree: (file, kind = 'tiger') => treeWith(node.library, node.downloads, file, kind),
		aich: (file) => node.library.aich(file),
		aichOf: (file, part) => node.library.aichOf(file, part),
		recovered: (wish, root, hashes) => node.downloads.onRecovered(wish, root, hashes),
		alternates: (sha1) => node.downloads.alternates(network, base32(sha1)),
		heard: (sha1, have) => node.downloads.heard(network, base32(sha1), have),
		fetchTree: (fetch, tree) => node.downloads.onFetchTree(fetch, tree),
		serve: (link, file, from, to, messages) => node.uploads.serve(link, file, from, to, messages),
		fetchHead: (fetch, link, head) => node.downloads.onFetchHead(fetch, link, head),
		fetchBody: (fetch, bytes) => node.downloads.onFetchBody(fetch, bytes),
		fetchEnd: (fetch, why) => node.downloads.onFetchEnd(fetch, why),
		remember: (address, what) => node.store.hosts.remember(network, address, what, systemClock.now()),
	};
}

/** The network gives codes of reasons; people and programs of ours read their short names. */
function inWords(hit: Hit): Hit {
	if (hit.reasons.length === 0) return hit;
	return { ...hit, reasons: hit.reasons.map((code) => reasonOf(code)?.short ?? code) };
}
