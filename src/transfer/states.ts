/**
 * The life of a download, as one table. Nothing else changes a state.
 *
 *   wanted       nobody is being asked at this moment; the next free place or source starts a fetch
 *   fetching     sources are asked, or send
 *   waiting      every known source said "later", or none is known: a time is set
 *   paused       the user stopped it
 *   verifying    all bytes are here: the whole is being hashed
 *   inspecting   the bytes are the right ones: what are they?
 *   quarantined  the inspection has found something: only the user can release it
 *   complete     the file is at its path
 *   failed       only the user can help (disk full, every source lied); `retry` begins again
 *   cancelled    the user gave it up; what had arrived is gone
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
	| 'inspecting'
	| 'quarantined'
	| 'complete'
	| 'failed'
	| 'cancelled';

export type DownloadEvent =
	/** Sources have been asked. */
	| 'ask'
	/** Nobody can be asked before a certain time. */
	| 'wait'
	/** That time has come, or a new source is known. */
	| 'due'
	/** Nobody is asked any more, more is to be fetched. */
	| 'ended'
	/** Every byte is on disk. */
	| 'whole'
	/** The hash agrees. */
	| 'sound'
	/** The hash does not agree. */
	| 'unsound'
	/** The inspection found nothing, and the file is at its place. */
	| 'clean'
	/** The inspection found something. */
	| 'dirty'
	/** The user wants it in spite of what was found. */
	| 'release'
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
	// These two take seconds, and cannot be left half way.
	verifying: { sound: 'inspecting', unsound: 'wanted', fail: 'failed' },
	inspecting: { clean: 'complete', dirty: 'quarantined', fail: 'failed', unsound: 'wanted' },
	quarantined: { release: 'inspecting', cancel: 'cancelled' },
	complete: {},
	failed: { retry: 'wanted', cancel: 'cancelled' },
	cancelled: { retry: 'wanted' },
};

export function next(state: DownloadState, event: DownloadEvent): DownloadState | undefined {
	return transitions[state][event];
}

/** Nothing more happens unless the user orders it. */
export function passive(state: DownloadState): boolean {
	return state === 'complete' || state === 'failed' || state === 'cancelled' || state === 'quarantined';
}
