/**
 * The life of a download, as one table. Nothing else changes a state.
 *
 *   wanted     nobody is being asked at this moment; the next free place or source starts a fetch
 *   fetching   one source is asked, or sends
 *   waiting    every known source said "later", or none is known: a time is set
 *   paused     the user stopped it
 *   verifying  all bytes are here: hashing, then moving to its place
 *   complete   the file is at its path
 *   failed     only the user can help (disk full, every source lied); `retry` begins again
 *   cancelled  the user gave it up; the partial file is gone
 *
 * An event that a row lacks is not possible in that state: next() answers undefined, the caller tells
 * the user ("a finished transfer cannot be paused") or drops the late event.
 */
export type DownloadState =
	| 'wanted'
	| 'fetching'
	| 'waiting'
	| 'paused'
	| 'verifying'
	| 'complete'
	| 'failed'
	| 'cancelled';

export type DownloadEvent =
	/** A source has been asked. */
	| 'ask'
	/** Nobody can be asked before a certain time. */
	| 'wait'
	/** That time has come, or a new source is known. */
	| 'due'
	/** The fetch is over, more is to be fetched. */
	| 'ended'
	/** Every byte is on disk. */
	| 'whole'
	/** The hash agrees and the file is at its place. */
	| 'sound'
	/** The hash does not agree. */
	| 'unsound'
	/** Nothing helps but the user. */
	| 'fail'
	| 'pause'
	| 'resume'
	| 'cancel'
	| 'retry';

export const transitions: Readonly<
	Record<DownloadState, Readonly<Partial<Record<DownloadEvent, DownloadState>>>>
> = {
	wanted: {
		ask: 'fetching',
		wait: 'waiting',
		whole: 'verifying',
		fail: 'failed',
		pause: 'paused',
		cancel: 'cancelled',
	},
	fetching: {
		ended: 'wanted',
		whole: 'verifying',
		fail: 'failed',
		pause: 'paused',
		cancel: 'cancelled',
	},
	waiting: { due: 'wanted', fail: 'failed', pause: 'paused', cancel: 'cancelled', retry: 'wanted' },
	paused: { resume: 'wanted', cancel: 'cancelled', fail: 'failed' },
	// Takes seconds, and cannot be left half way.
	verifying: { sound: 'complete', unsound: 'wanted', fail: 'failed' },
	complete: {},
	failed: { retry: 'wanted', cancel: 'cancelled' },
	cancelled: { retry: 'wanted' },
};

export function next(state: DownloadState, event: DownloadEvent): DownloadState | undefined {
	return transitions[state][event];
}

/** Nothing more happens unless the user orders it. */
export function passive(state: DownloadState): boolean {
	return state === 'complete' || state === 'failed' || state === 'cancelled';
}
