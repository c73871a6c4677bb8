/** Where a machine keeps what tasks use, in the machine's own spelling of paths. */
export interface Places {
  /** The Python that drives the tasks, with its leading arguments. */
  readonly python: readonly string[];
  /** The folder of the probes. */
  readonly probes: string;
  /** Where the host puts files. */
  readonly inbox: string;
  /** The Python of the virtual environment that packages are installed into. */
  readonly venvPython: string;
  /** Between the segments of a path. */
  readonly separator: '/' | '\\';
  /** What the environment of every command has on this system; the runner adds what is the same everywhere. */
  readonly environment: Readonly<Record<string, string>>;
  /** What a probe of ours has beside that, above all where its hints go. What is no probe finds nothing of it. */
  readonly probeEnvironment: Readonly<Record<string, string>>;
}

/** What a name in the inbox is made of: one segment of a path on every system (guest/agent/put.c). */
const inboxCharacters = 'A-Za-z0-9._+!-';
/** What a file in the inbox may be called. */
export const inboxName = new RegExp(`^[${inboxCharacters}]{1,255}$`);
const notForInbox = new RegExp(`[^${inboxCharacters}]`, 'g');

/** pip reads name, version and tags from a file's name, so it is kept; only what the inbox cannot hold is replaced. */
export function toInboxName(file: string): string {
  return file.replace(notForInbox, '_').slice(-200);
}

/** Names an entry of one of these folders. */
export function within(places: Places, folder: string, name: string): string {
  return `${folder}${places.separator}${name}`;
}

/** Where every Linux guest of ours keeps them, for this ordinary user. */
export function linuxPlaces(user: string, home: string): Places {
  return {
    python: ['/usr/bin/python3'],
    probes: '/usr/lib/probes',
    inbox: '/inbox',
    venvPython: '/srv/venv/bin/python',
    separator: '/',
    environment: {
      HOME: home,
      USER: user,
      LOGNAME: user,
      SHELL: '/bin/bash',
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      // The user's pip.conf is a bait: pip reading it would look like the package reading it.
      PIP_CONFIG_FILE: '/dev/null',
    },
    // The agent opens the hint stream for who is told so (proto/evidence.proto).
    probeEnvironment: { PROBE_FD: '3' },
  };
}
