/** What the fake node says of folders that are not shared yet. */
import type { FolderPreview } from '../../src/node/api/schemas.ts';

const surprises: readonly (readonly [path: string, why: string, size: number])[] = [
	['notes/passwords 2019.txt', 'its name speaks of passwords', 2_104],
	['scans/2021/passport, front and back.pdf', 'its name speaks of an identity paper', 1_204_118],
	['scans/Befund Dr. Winter.pdf', 'its name speaks of health', 310_220],
	['payslip-2023-11.pdf', 'its name speaks of money', 88_410],
	['tax/tax return 2022.ods', 'its name speaks of taxes or invoices', 64_000],
	['a/divorce.odt', 'its name speaks of a contract', 41_200],
	['lebenslauf.docx', 'its name speaks of a CV', 52_000],
	['DCIM/IMG_2041.jpg', 'it comes straight from a camera', 4_310_400],
	[
		'everything/of/it/on/one/disk/image/backup-of-the-old-laptop.iso',
		'it looks like a backup',
		48_201_000_000,
	],
	['sleeves/track list.txt', 'it is a document among media', 1_400],
];

export function surprisingFolder(): FolderPreview {
	return {
		path: '/srv/music',
		files: 1_214,
		bytes: 53_100_000_000,
		leftOutCount: 19,
		byReason: [
			{ code: 'library.entry.hidden', short: 'hidden', count: 14 },
			{ code: 'library.entry.link', short: 'symbolic link', count: 3 },
			{ code: 'defence.oversharing.key', short: 'A key or keyring', count: 2 },
		],
		surprising: surprises.map(([path, why, size]) => ({ path, why, size, mtime: Date.now() })),
		whole: true,
	};
}

export const tidyFolder = { files: 3, bytes: 12_000, leftOutCount: 0, byReason: [], surprising: [] };
