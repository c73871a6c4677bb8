/** Most volumes that a trace can name; the rest of them stay unnamed. */
export const MAX_VOLUMES = 1024;

export interface DosPath {
  readonly path: string;
  /** The trace does not say which drive letter the volume has, or which volume a name belongs to. */
  readonly isGuess: boolean;
}

/** Turns names of the kernel's namespace into what people write: `\Device\HarddiskVolume2\x` is `C:\x`. */
export class Volumes {
  readonly #letters = new Map<string, string>();
  #windows: string | undefined;

  /** The trace itself says it: `\Device\HarddiskVolume2\` is `C:\`, `\SystemRoot\` is `C:\Windows\`. */
  add(kernelName: string, dosName: string): void {
    const name = withoutSlash(kernelName).toLowerCase();
    const dos = withoutSlash(dosName);
    if (dos === '') return;
    if (name === SYSTEM_ROOT) this.#windows = dos;
    else if (name.startsWith(DEVICE) && this.#letters.size < MAX_VOLUMES) this.#letters.set(name, dos);
  }

  toDosPath(name: string): DosPath {
    if (name[0] !== '\\') return { path: withUpperLetter(name), isGuess: false };
    const second = name.indexOf('\\', 1);
    const first = (second < 0 ? name : name.slice(0, second)).toLowerCase();
    switch (first) {
      case '\\device':
        return this.#fromDevice(name, second);
      case '\\??':
      case '\\dosdevices':
      case '\\global??':
        return second < 0 ? whole(name) : fromDosDevices(name.slice(second + 1));
      case '\\':
        return fromLongName(name);
      case SYSTEM_ROOT:
        return this.#windows === undefined || second < 0
          ? { path: name, isGuess: true }
          : whole(this.#windows + name.slice(second));
      default:
        return { path: name, isGuess: true };
    }
  }

  #fromDevice(name: string, second: number): DosPath {
    const found = second < 0 ? -1 : name.indexOf('\\', second + 1);
    const end = found < 0 ? name.length : found;
    const device = name.slice(0, end).toLowerCase();
    const letter = this.#letters.get(device);
    if (letter !== undefined) return whole(letter + (end === name.length ? '\\' : name.slice(end)));
    const spelled = spellings.get(device);
    if (spelled !== undefined && end < name.length)
      return whole(spelled + withoutSession(name.slice(end + 1)));
    return { path: name, isGuess: device.startsWith(HARD_DISK) };
  }
}

const DEVICE = '\\device\\';
const HARD_DISK = '\\device\\harddiskvolume';
const SYSTEM_ROOT = '\\systemroot';

/** Devices that have a name of their own in the world of drive letters. */
const spellings: ReadonlyMap<string, string> = new Map([
  ['\\device\\mup', '\\\\'],
  ['\\device\\lanmanredirector', '\\\\'],
  ['\\device\\namedpipe', '\\\\.\\pipe\\'],
  ['\\device\\mailslot', '\\\\.\\mailslot\\'],
]);

/** `C:\x` or `UNC\server\share`, as they stand behind `\??\`. */
function fromDosDevices(rest: string): DosPath {
  if (/^unc\\/i.test(rest)) return whole(`\\\\${rest.slice(4)}`);
  return isDrive(rest) ? whole(withUpperLetter(rest)) : whole(`\\??\\${rest}`);
}

/** `\\?\C:\x` and `\\server\share\x`. */
function fromLongName(name: string): DosPath {
  return name.startsWith('\\\\?\\') ? fromDosDevices(name.slice(4)) : whole(name);
}

/** Redirectors put who they are and the session first: `DfsClient\;Z:0000000000012345\server\share`. */
function withoutSession(rest: string): string {
  return rest.replace(/^(?:[^\\;]+\\)?(?:;[^\\]*\\)+/, '');
}

function isDrive(path: string): boolean {
  return /^[a-z]:/i.test(path);
}

function withUpperLetter(path: string): string {
  const letter = path.charCodeAt(0);
  if (path[1] !== ':' || letter < 0x61 || letter > 0x7a) return path;
  return path.slice(0, 1).toUpperCase() + path.slice(1);
}

function withoutSlash(name: string): string {
  return name.endsWith('\\') ? name.slice(0, -1) : name;
}

function whole(path: string): DosPath {
  return { path, isGuess: false };
}
