/** Milliseconds. Longer than the slowest machine takes for one step: what it ends would never have ended. */
export const patience = 150_000;
