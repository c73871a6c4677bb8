/** How an operation ended, by its NTSTATUS. */
export interface Outcome {
  /** False for errors alone: a warning says that something was done, if not all of it. */
  readonly ok: boolean;
  /** The nearest errno when it failed; a status that has none is spelled as Windows does, `NTSTATUS_0xC0000001`. */
  readonly errno?: string;
}

const ERROR_SEVERITY = 3;
const succeeded: Outcome = { ok: true };

/** Reads an NTSTATUS; the number itself is kept as the event's `ret`. */
export function outcomeOf(status: number): Outcome {
  const code = status >>> 0;
  if (code >>> 30 !== ERROR_SEVERITY) return succeeded;
  return failures.get(code) ?? { ok: false, errno: `NTSTATUS_0x${code.toString(16).toUpperCase()}` };
}

/** MS-ERREF 2.3.1; the errno is the one that Microsoft's C runtime gives for the same Windows error. */
const errnos = {
  EPERM: [0xc0000061, 0xc00000c2, 0xc0000909],
  ENOENT: [0xc000000f, 0xc0000033, 0xc0000034, 0xc000003a, 0xc0000039, 0xc000003b, 0xc00000be, 0xc00000cc],
  ESRCH: [0xc000000b, 0xc000004b],
  EINTR: [0xc0000120, 0xc0000240],
  EIO: [0xc0000010, 0xc0000185, 0xc00000e9, 0xc0000011],
  EBADF: [0xc0000008, 0xc0000024, 0xc0000128],
  ENOMEM: [0xc0000017, 0xc000009a, 0xc000012d],
  EACCES: [0xc0000022, 0xc0000041, 0xc00000ca, 0xc0000121, 0xc0000364, 0xc0000906, 0xc0000907],
  EFAULT: [0xc0000005],
  EBUSY: [0xc0000043, 0xc0000054, 0xc0000055, 0xc0000056, 0xc000022d],
  EEXIST: [0xc0000035],
  EXDEV: [0xc00000d4],
  ENODEV: [0xc000000e, 0xc0000013, 0xc00000c0],
  ENOTDIR: [0xc0000103],
  EISDIR: [0xc00000ba],
  EINVAL: [0xc0000003, 0xc000000d, 0xc0000004, 0xc00000bb, 0xc00000ef, 0xc00000f0],
  ENFILE: [0xc000011f],
  EFBIG: [0xc0000904],
  ENOSPC: [0xc000007f, 0xc0000044],
  EROFS: [0xc00000a2],
  EMLINK: [0xc0000265],
  EPIPE: [0xc000014b, 0xc00000b1],
  ENAMETOOLONG: [0xc0000106],
  ENOTEMPTY: [0xc0000101],
  ENOSYS: [0xc0000002],
  ELOOP: [0xc000041b],
  ECANCELED: [0xc000010a],
  ETIMEDOUT: [0xc00000b5],
  ECONNREFUSED: [0xc0000236],
  ENETUNREACH: [0xc000023c],
  EHOSTUNREACH: [0xc000023d],
  ECONNRESET: [0xc000020d],
  EADDRINUSE: [0xc000020a],
} as const satisfies Readonly<Record<string, readonly number[]>>;

const failures: ReadonlyMap<number, Outcome> = new Map(
  Object.entries(errnos).flatMap(([errno, codes]) =>
    codes.map((code): readonly [number, Outcome] => [code, { ok: false, errno }]),
  ),
);
