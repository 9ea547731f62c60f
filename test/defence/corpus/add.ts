/** How a group of hostile files is gathered. */
export interface HostileFile {
	readonly kind: string;
	readonly extension: string;
	readonly code: string;
	readonly bytes: Uint8Array;
}

export type Add = (code: string, kind: string, extension: string, bytes: Uint8Array | string) => void;

export const URL = 'http://codec.example.org/get';
