export const pageNames = ['search', 'transfers', 'library', 'network', 'watch', 'lab', 'settings'] as const;
export type PageName = (typeof pageNames)[number];
