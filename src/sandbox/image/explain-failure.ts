/** What a program that makes an image said before it gave up, as one sentence and its fix. */
export interface Explanation {
  readonly sentence: string;
  readonly help: string;
}

/** Last lines shown where the cause is none of the known ones. */
const shownLines = 7;

/** apt's, mmdebstrap's and unshare's own sentences, and what mends each. */
const causes = [
  {
    says: /Release file for .* is expired/,
    help: "this mirror is out of date (or this host's clock is wrong): name another with --mirror URL; a snapshot of the archive is out of date on purpose: --mirror '[check-valid-until=no] URL'",
  },
  {
    says: /Unable to locate package/,
    help: 'this suite lacks a package: name it under "without" in the platform\'s file in images/',
  },
  {
    says: /does not have a Release file|no longer has a Release file|404 +Not Found/,
    help: 'the mirror lacks this suite or a file of it: try again later, or name another with --mirror URL',
  },
  {
    says: /Temporary failure resolving|Could not (?:resolve|connect)|Connection (?:failed|refused|timed out)/,
    help: "Debian's archive cannot be reached: mend the network, or name a mirror with --mirror URL",
  },
  {
    says: /No space left on device/,
    help: 'free some disk space: an image takes 1.5 GB, half of it for good',
  },
  {
    says: /unshare failed|newuidmap|newgidmap|Operation not permitted/,
    help: 'as an ordinary user this needs subordinate ids (/etc/subuid, uidmap) and user namespaces; or build the image as root',
  },
] as const;

/** Finds the line that names the cause; the last thing a program says is often only that it failed. */
export function explainFailure(stderr: string): Explanation {
  const lines = stderr.split('\n').filter(line => line.trim() !== '');
  for (const { says, help } of causes) {
    const line = lines.find(one => says.test(one));
    if (line !== undefined) return { sentence: line.replace(/^E: /, ''), help };
  }
  const error = lines.find(line => line.startsWith('E: ')) ?? lines.at(-1) ?? 'it said nothing';
  return {
    sentence: error.replace(/^E: /, ''),
    help: `what it said last:\n${lines.slice(-shownLines).join('\n')}`,
  };
}
