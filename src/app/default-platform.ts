import type { PlatformId } from '../model/run.ts';

/** The platform that is used when none is asked for. A file of its own: the command line names it before it loads anything. */
export const defaultPlatform: PlatformId = 'debian-12/cpython-3.11';
