/** 1970 as a FILETIME: in units of 100 ns since 1601, UTC (learn.microsoft.com, FILETIME). */
const unixEpoch = 116_444_736_000_000_000n;
const unitsPerMs = 10_000n;

/** A FILETIME as nanoseconds since 1970. */
export function fileTimeToUnixNs(fileTime: bigint): bigint {
  return (fileTime - unixEpoch) * 100n;
}

/** Milliseconds since 1970 as a FILETIME. */
export function unixMsToFileTime(ms: number): bigint {
  return BigInt(ms) * unitsPerMs + unixEpoch;
}
