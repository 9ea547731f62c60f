import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react';
import { Router, useLocation } from 'wouter';
import { lookChange, sheet } from './desk.ts';
import { Fence } from './frame/fence.tsx';
import css from './frame/frame.module.css';
import { KeysSheet } from './frame/keys-sheet.tsx';
import { Locked } from './frame/locked.tsx';
import { Notices, ReconnectBar } from './frame/notices.tsx';
import { Palette } from './frame/palette.tsx';
import { BottomBar, Rail } from './frame/rail.tsx';
import { TopBar } from './frame/top-bar.tsx';
import { useKeys } from './frame/use-keys.ts';
import { useFromStatus, useTabTitle } from './hooks.ts';
import { live } from './live.ts';
import { useHashPath } from './location.ts';
import { type PageName, pageNames } from './page-names.ts';
import { EvidenceDrawer } from './pages/evidence/evidence.tsx';
import { LibraryPage } from './pages/library/library.tsx';
import { SearchPage } from './pages/search/search.tsx';
import { SettingsPage } from './pages/settings/settings.tsx';
import { TransfersPage } from './pages/transfers/transfers.tsx';
import { useStore } from './store.ts';
import { Scroller } from './table/columns.ts';
import { Loading } from './table/states.tsx';
import { theme, variables } from './theme.ts';
import { words } from './words.ts';

const NetworkPage = lazy(() => import('./pages/network/network.tsx'));
const GuardPage = lazy(() => import('./pages/guard/guard.tsx'));
const LabPage = lazy(() => import('./pages/lab/lab.tsx'));
const ServerPage = lazy(() => import('./pages/server/server.tsx'));
const WatchPage = lazy(() => import('./pages/watch/watch.tsx'));

const content: Record<PageName, () => ReactNode> = {
	search: () => <SearchPage />,
	transfers: () => <TransfersPage />,
	library: () => <LibraryPage />,
	network: () => <NetworkPage />,
	watch: () => <WatchPage />,
	guard: () => <GuardPage />,
	lab: () => <LabPage />,
	server: () => <ServerPage />,
	settings: () => <SettingsPage />,
};

export function App() {
	return (
		<MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto">
			<Router hook={useHashPath}>
				<Fence title={words.name} whole>
					<Frame />
				</Fence>
			</Router>
		</MantineProvider>
	);
}

function Frame() {
	const [path] = useLocation();
	const page = usePage(path);
	const link = useStore(live.link);
	const scroller = useRef<HTMLElement>(null);
	useKeys(page);
	useLook();
	if (link === 'locked') return <Locked />;
	return (
		<div className={css.frame} data-link={link}>
			<button type="button" className={css.skip} onClick={() => scroller.current?.focus()}>
				{words.skip}
			</button>
			<TopBar />
			<Rail />
			<div className={css.stage}>
				<ReconnectBar />
				<main className={css.main} ref={scroller} tabIndex={-1} key={page}>
					<Scroller value={scroller}>
						<div className={css.page}>
							<Fence title={words.pages[page]}>
								<Suspense fallback={<Loading />}>{content[page]()}</Suspense>
							</Fence>
						</div>
					</Scroller>
				</main>
			</div>
			<BottomBar />
			<EvidenceDrawer />
			<Sheets page={page} />
			<Notices />
			<TabTitle />
		</div>
	);
}

/** Apart from the frame: how far transfers are is no reason to draw the page anew. */
function TabTitle() {
	useTabTitle();
	return null;
}

/** The page of a path. Without a node there is the page of what runs instead, whatever is asked for. */
function usePage(path: string): PageName {
	const first = useFromStatus((status) => status?.offers[0]);
	const page = pageNames.find((one) => path === `/${one}`) ?? 'search';
	const isAlone = first !== undefined && first !== 'node';
	return isAlone && page !== 'settings' ? first : page;
}

function Sheets({ page }: { page: PageName }) {
	const open = useStore(sheet);
	if (open === 'palette') return <Palette page={page} />;
	if (open === 'keys') return <KeysSheet />;
	return null;
}

function useLook(): void {
	const wanted = useStore(lookChange);
	const { setColorScheme } = useMantineColorScheme();
	useEffect(() => {
		if (wanted === undefined) return;
		setColorScheme(wanted);
		lookChange.set(undefined);
	}, [wanted, setColorScheme]);
}
