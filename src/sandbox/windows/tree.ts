import { fileTimeToUnixNs } from '../../base/file-time.ts';
import { CapReached } from '../../model/caps.ts';
import type { TreeEntry } from '../../model/ports.ts';
import { quotedList } from './powershell.ts';

/** Entries a listing may have; of one that has more nothing is used, which is the cap `tree-size`. */
export const treeLimit = 500_000;
/** Most characters of a path in base64: V8 hashes texts of 16 384 characters and more by their length alone. */
export const pathLimit = 16_000;

/**
 * Lists what an ordinary user can write, one entry a line: type, bytes, FILETIME of the last write or creation (Windows
 * does not show its change time to scripts), base64 of the path. Ends with the count, so that a cut is noticed.
 */
export function treeScript(roots: readonly string[]): string {
  return [
    "$ErrorActionPreference='Continue';$n=0",
    '$o=New-Object IO.StreamWriter([Console]::OpenStandardOutput());',
    `foreach($x in Get-ChildItem -LiteralPath ${quotedList(roots)} -Recurse -Force -ErrorAction SilentlyContinue){`,
    "$t=if($x.Attributes -band [IO.FileAttributes]::ReparsePoint){'l'}elseif($x.PSIsContainer){'d'}else{'f'}",
    '$w=[Math]::Max($x.LastWriteTimeUtc.ToFileTimeUtc(),$x.CreationTimeUtc.ToFileTimeUtc())',
    '$s=if($x.PSIsContainer){0}else{$x.Length}',
    '$o.WriteLine("$t $s $w "+[Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($x.FullName)));$n++}',
    '$o.WriteLine("end $n");$o.Flush();exit 0',
  ].join('\n');
}

/** Reads a listing; throws when it is cut, too long or makes no sense: half a tree would look like deletions. */
export function readTree(lines: readonly string[], limit = treeLimit): readonly TreeEntry[] {
  const [word, count] = (lines.at(-1) ?? '').split(' ');
  if (lines.length - 1 > limit)
    throw new CapReached('tree-size', `its files come to more than ${limit} entries`);
  const entries = lines.slice(0, -1).map(readEntry);
  if (word !== 'end' || Number(count) !== entries.length) {
    throw new Error("the machine's list of files was cut");
  }
  return entries.sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}

const types = { f: 'file', d: 'directory', l: 'symlink' } as const;

function readEntry(line: string): TreeEntry {
  const match = /^([fdl]) (\d{1,15}) (\d{1,19}) ([A-Za-z0-9+/]+=*)$/.exec(line);
  const [, letter, bytes, time, path] = match ?? [];
  const type = letter === 'f' || letter === 'd' || letter === 'l' ? types[letter] : undefined;
  if (type === undefined || time === undefined || path === undefined || path.length > pathLimit) {
    throw new Error("the machine's list of files cannot be read");
  }
  return {
    path: Buffer.from(path, 'base64').toString('utf8'),
    type,
    bytes: Number(bytes),
    mode: 0,
    ctime_ns: fileTimeToUnixNs(BigInt(time)),
    uid: 0,
    gid: 0,
  };
}
