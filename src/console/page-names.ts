export const pageNames = ['search', 'transfers', 'library', 'network', 'watch', 'settings'] as const;
export type PageName = (typeof pageNames)[number];
