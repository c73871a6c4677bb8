import type { Progress } from '../../src/model/ports.ts';

/** Progress that nobody sees. */
export const quietProgress: Progress = { start: () => () => undefined, note: () => undefined };
