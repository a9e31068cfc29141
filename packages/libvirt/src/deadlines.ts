/** Deadlines of calls that copy data or wait for a guest; milliseconds. */
export const COPY_DEADLINE_MS = 6 * 3600 * 1000;
/** Starting, attaching, defining a pool: the daemon runs programs for it. */
export const START_DEADLINE_MS = 180 * 1000;
