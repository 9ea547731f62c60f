/** What the API needs of a node. The node implements it (node.ts), tests of the API do in memory. */
import type { NetworkName } from '../../networks/network.ts';
import type { Source } from './ordering.ts';
import type {
	AuditRow,
	Explanation,
	Folder,
	FolderPreview,
	Hit,
	ListName,
	Overlay,
	Search,
	Status,
	Transfer,
	TransferDetail,
	Want,
} from './schemas.ts';

/** What every console needs of what runs behind it. */
export interface Standing {
	status(): Status;
}

export interface Backend extends Standing {
	/** undefined: there is no such search. */
	list(name: ListName, search?: number): Source | undefined;
	/** `only`: one network. */
	startSearch(words: string, only?: NetworkName): Search;
	search(id: number): Search | undefined;
	/** These answer whether there was such a search. */
	stopSearch(id: number): boolean;
	removeSearch(id: number): boolean;
	/** Calls with each hit, from the first one on; `ended` comes once. The answer takes the calls back. */
	watchHits(search: number, hit: (hit: Hit) => void, ended: () => void): () => void;
	/** The commands about transfers and folders throw a Problem, DownloadRefused or LibraryRefused. */
	want(want: Want): Promise<Transfer>;
	transfer(id: number): TransferDetail | undefined;
	changeTransfer(id: number, change: 'pause' | 'resume' | 'cancel' | 'retry' | 'release'): void;
	setPriority(id: number, priority: number): void;
	/** Newest first. */
	audit(from: number, count: number): { total: number; from: number; rows: AuditRow[] };
	removeTransfer(id: number): void;
	folders(): Folder[];
	addFolder(path: string): Promise<Folder>;
	/** Behind the guard: the folder is seen, or will be when the node comes back. Throws Problem. */
	seeFolder(path: string): Promise<void>;
	removeFolder(id: number): boolean;
	rescan(): Promise<void>;
	explain(path: string): Promise<Explanation>;
	/** What sharing this folder would share. Throws LibraryRefused. */
	preview(path: string): Promise<FolderPreview>;
	overlay(): Overlay;
	connect(address: string, network: NetworkName): void;
	disconnect(id: number): boolean;
}
