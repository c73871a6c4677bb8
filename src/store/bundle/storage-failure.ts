import { UserError } from '../../base/user-error.ts';

/** What a failed write to the runs folder means for whoever asked for the run; any other error is given back as it is. */
export function toStorageFailure(error: unknown, folder: string): unknown {
  if (!(error instanceof Error) || error instanceof UserError) return error;
  const found = failures.find(
    ({ codes, words }) => codes.some(code => code === codeOf(error)) || words.test(error.message),
  );
  if (found === undefined) return error;
  return new UserError(
    `the run could not be written to ${folder}: ${found.cause}; runs made before are untouched`,
    {
      kind: found.kind,
      help: found.help,
      cause: error,
    },
  );
}

/**
 * The same for a question: it fails for want of room where its rows spill to the disk. Only what the engine says of its
 * own files is meant: texts of a guest, which may be these very words, stand in its errors about values.
 */
export function toScratchFailure(error: unknown, folder: string): unknown {
  return error instanceof Error && ofOwnFiles.test(error.message) ? toStorageFailure(error, folder) : error;
}

/** Runs a job that writes below `folder`, and says what went wrong in words that help. */
export async function whileWriting<T>(folder: string, job: () => T | Promise<T>): Promise<T> {
  try {
    return await job();
  } catch (error) {
    throw toStorageFailure(error, folder);
  }
}

const ofOwnFiles = /^(?:Failed to [a-z ]+: )?(?:IO Error: |Out of Memory Error: failed to offload )/;

/** The system's codes, and the engine's words for them: it has no codes of its own. */
const failures = [
  {
    codes: ['ENOSPC', 'EDQUOT'],
    words: /no space left|disk quota exceeded|max_temp_directory_size/i,
    cause: 'the disk is full',
    kind: 'host',
    help: 'make room there (buildhaus runs rm, buildhaus gc), or give another folder with --runs',
  },
  {
    codes: ['EFBIG'],
    words: /file too large/i,
    cause: 'a file reached the size that this process may write (ulimit -f)',
    kind: 'host',
    help: 'raise the limit: ulimit -f unlimited',
  },
  {
    codes: ['EROFS', 'EACCES', 'EPERM', 'ENOTDIR'],
    words: /read-only file system|permission denied/i,
    cause: 'it cannot be written',
    kind: 'host',
    help: 'give a folder of your own with --runs',
  },
  {
    codes: ['EIO'],
    words: /input\/output error/i,
    cause: 'the disk failed',
    kind: 'host',
    help: 'look at the kernel log (dmesg), and give another disk with --runs',
  },
  {
    codes: [],
    words: /out of memory/i,
    cause: 'its events need more memory than a run may use',
    kind: 'incomplete',
    help: 'analyze it with --recipe quick or a shorter --timeout',
  },
] as const satisfies readonly {
  readonly codes: readonly string[];
  readonly words: RegExp;
  readonly cause: string;
  readonly kind: UserError['kind'];
  readonly help: string;
}[];

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : '';
}
