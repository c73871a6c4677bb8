import { ByteWriter } from './byte-writer.ts';
import { etlFile } from './etl-file.ts';
import { classicRecord, eventRecord, systemRecord } from './records.ts';

const FILE = 'edd08927-9cc4-4e65-b970-c2560fb5c289';
const REGISTRY = '70eb4f03-c1de-4f73-a051-33d13d5413bd';
const NETWORK = '7dd42a49-5329-4832-8dfd-43d979153a88';
const DNS = '1c95126e-7eea-49a9-a3fe-a378b03ddb4d';
const SYS_CONFIG = '9b79ee91-b5fd-41c0-a243-4248e266e9d0';
const [PROCESS_GROUP, IMAGE_GROUP] = [3, 0x14] as const;
const OPEN_FOR_DATA = 0x100_0060;

const PYTHON = '\\Device\\HarddiskVolume3\\Python312\\python.exe';
const SHELL = '\\Device\\HarddiskVolume3\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
const LOGINS =
  '\\Device\\HarddiskVolume3\\Users\\ada\\AppData\\Local\\Google\\Chrome\\User Data\\Default\\Login Data';
const USER = '\\REGISTRY\\USER\\S-1-5-21-1-2-3-1001';

/** The nonce of markers whose trace nobody ordered. */
const anyNonce = '0f'.repeat(16);

/**
 * The trace of an install that does what Windows stealers do: reads a browser's passwords, sets a Run key, asks for a
 * name, connects, and runs a hidden PowerShell. Bounded: as the driver records it, with its markers and a stranger, who may
 * have made a look-alike of a marker before. Nothing of it was ever run: the records are written by hand.
 */
export function windowsStory({ isBounded = false, hasLookAlike = false, nonce = anyNonce } = {}): Uint8Array {
  let time = 0;
  const at = (pid: number) => {
    time += 10_000;
    return { pid, tid: pid + 1, time };
  };
  const process = (opcode: number, by: number, made: Parameters<typeof processPayload>[0]) =>
    systemRecord([PROCESS_GROUP, opcode], processPayload(made), { ...at(by), version: 4 });
  const explorer = { pid: 400, parent: 4, image: 'explorer.exe', line: 'C:\\Windows\\explorer.exe' };
  const python = {
    pid: 500,
    parent: 400,
    image: 'python.exe',
    line: '"C:\\Python312\\python.exe" -m pip install demo-1.0.tar.gz',
  };
  const shell = {
    pid: 600,
    parent: 500,
    image: 'powershell.exe',
    line: 'powershell -w hidden -EncodedCommand SQBFAFgAKABOAGUAdwAtAE8A',
  };
  const marker = (pid: number, which: string) => ({
    pid,
    parent: 400,
    image: 'cmd.exe',
    line: markerLine(which, nonce),
  });
  const marked = (pid: number, which: string) =>
    isBounded ? [process(1, 400, marker(pid, which)), process(2, pid, marker(pid, which))] : [];
  // Somebody else on the machine, at the same time.
  const updater = { pid: 700, parent: 4, image: 'updater.exe', line: 'updater.exe --background' };
  // Made by a service that an earlier task has left.
  const lookAlike = { pid: 440, parent: 640, image: 'cmd.exe', line: markerLine('begin', 'ee'.repeat(16)) };
  const kernel = [
    process(3, 0, explorer),
    ...(hasLookAlike ? [process(1, 640, lookAlike), process(2, 440, lookAlike)] : []),
    ...marked(450, 'begin'),
    ...(isBounded ? [process(1, 4, updater), ...registryRecords(at, 700)] : []),
    process(1, 400, python),
    systemRecord([IMAGE_GROUP, 10], imagePayload(500, PYTHON), { ...at(500), version: 3 }),
    ...fileRecords(at, 500),
    ...registryRecords(at, 500),
    ...networkRecords(at, 500),
    process(1, 500, shell),
    systemRecord([IMAGE_GROUP, 10], imagePayload(600, SHELL), { ...at(600), version: 3 }),
    process(2, 600, shell),
    process(2, 500, python),
    ...marked(460, 'end'),
  ];
  const volume = new ByteWriter().wide('\\Device\\HarddiskVolume3\\').wide('C:\\').done();
  const volumes = [classicRecord([SYS_CONFIG, 35], volume, { pid: 0, time: 1, version: 2 })];
  return etlFile([{ records: volumes }, { cpu: 1, records: kernel, isCompressed: true }]);
}

/** Nothing but the marker that begins a command, made by the process of a number. */
export function markerOf(maker: number, nonce: string): Uint8Array {
  const line = markerLine('begin', nonce);
  const payload = processPayload({ pid: 45_000, parent: maker, image: 'cmd.exe', line });
  const who = { pid: maker, tid: maker + 1, time: 1, version: 4 };
  const records = [
    systemRecord([PROCESS_GROUP, 1], payload, who),
    systemRecord([PROCESS_GROUP, 2], payload, { ...who, pid: 45_000, time: 2 }),
  ];
  return etlFile([{ records }]);
}

function markerLine(which: string, nonce: string): string {
  return `C:\\Windows\\cmd.exe /d /c "rem buildhaus ${which} ${nonce}"`;
}

type At = (pid: number) => { readonly pid: number; readonly tid: number; readonly time: number };

function fileRecords(at: At, pid: number): readonly Uint8Array[] {
  const end = (information: number) => new ByteWriter().u64(1, information).u32(0).done();
  const create = new ByteWriter()
    .u64(1, 7)
    .u32(pid + 1, OPEN_FOR_DATA, 0, 7)
    .wide(LOGINS);
  const read = new ByteWriter().u64(0, 1, 7, 8).u32(pid + 1, 65_536, 0, 0);
  return [
    eventRecord([FILE, 12], create.done(), { ...at(pid), version: 1 }),
    eventRecord([FILE, 24], end(1), at(pid)),
    eventRecord([FILE, 15], read.done(), { ...at(pid), version: 1 }),
    eventRecord([FILE, 24], end(40_960), at(pid)),
  ];
}

function registryRecords(at: At, pid: number): readonly Uint8Array[] {
  const key = `${USER}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run`;
  const open = new ByteWriter().u64(0, 9).u32(0, 2).wide('').wide(key);
  const data = new ByteWriter().wide('C:\\Users\\ada\\x.exe').done();
  const set = new ByteWriter().u64(9).u32(0, 1, data.length).wide('').wide('Updater');
  set.u16(data.length).raw(data).u32(0, 0).u16(0);
  return [eventRecord([REGISTRY, 2], open.done(), at(pid)), eventRecord([REGISTRY, 5], set.done(), at(pid))];
}

function networkRecords(at: At, pid: number): readonly Uint8Array[] {
  const asked = new ByteWriter().wide('drop.host.invalid').u32(1).u64(0);
  const started = new ByteWriter().raw(asked.done()).wide('').u32(1, 0, 0, 0);
  const completed = new ByteWriter().raw(asked.done()).u32(0).wide('198.51.100.7;');
  const ends = new ByteWriter().u32(pid, 0).u8(198, 51, 100, 7, 10, 0, 2, 15, 1, 187, 0xc3, 0x50);
  const connect = new ByteWriter().raw(ends.done()).u16(1460, 0, 0, 0).u32(0).u16(0, 0).u32(0, 0);
  return [
    eventRecord([DNS, 3006], started.done(), at(pid)),
    eventRecord([DNS, 3008], completed.done(), at(pid)),
    eventRecord([NETWORK, 12], connect.done(), at(4)),
  ];
}

function processPayload(made: {
  readonly pid: number;
  readonly parent: number;
  readonly image: string;
  readonly line: string;
}): Uint8Array {
  const { pid, parent, image, line } = made;
  const writer = new ByteWriter().u64(0xffff_fa80_0000_0000n + BigInt(pid)).u32(pid, parent, 1, 0);
  // S-1-5-21-1-2-3-1001, behind the TOKEN_USER that points at it.
  writer.u64(0).u32(0).u64(1, 0).u8(1, 5, 0, 0, 0, 0, 0, 5).u32(21, 1, 2, 3, 1001);
  return writer.narrow(image).wide(line).wide('').wide('').done();
}

function imagePayload(pid: number, name: string): Uint8Array {
  const writer = new ByteWriter().u64(0x1_4000_0000n, 0x1_0000).u32(pid, 0, 0).u8(0, 0).u16(0);
  return writer.u64(0).u32(0, 0, 0, 0).wide(name).done();
}
