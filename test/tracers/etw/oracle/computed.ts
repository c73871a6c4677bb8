import type { DecodedEvent, FieldValue } from '../../../../src/tracers/etw/decoded-event.ts';
import type { Traced } from './traced.ts';

/** Computes what TraceEvent shows from what a record holds. */
type Compute = (event: DecodedEvent, traced: Traced) => FieldValue | undefined;

/**
 * What TraceEvent shows for an event's field: a field of ours, under another name or by a rule where it shows something
 * made of it. The rules are here and not in the product: they prove that the bytes below were read right.
 */
export function shownValue(
  kind: string,
  name: string,
  event: DecodedEvent,
  traced: Traced,
): FieldValue | undefined {
  const event_ = kind.slice(kind.indexOf('/') + 1);
  const family = event_.split('/')[0] ?? '';
  const compute =
    computed[`${event_} ${name}`] ??
    computed[`${family} ${name}`] ??
    (isOwn(event, name) ? undefined : computed[name]);
  return compute === undefined ? ownField(event, name) : compute(event, traced);
}

function isOwn(event: DecodedEvent, name: string): boolean {
  return ownField(event, name) !== undefined;
}

/** TraceEvent writes `ProcessID` where the MOF class has `ProcessId`. */
function ownField({ fields }: DecodedEvent, name: string): FieldValue | undefined {
  for (const [key, value] of fields.entries()) if (key.toLowerCase() === name.toLowerCase()) return value;
  return undefined;
}

const field =
  (name: string): Compute =>
  ({ fields }) =>
    fields.get(name);
const nobody: Compute = () => -1;
const drive =
  (name: string): Compute =>
  ({ fields }, traced) =>
    toDosPath(fields.text(name) ?? '', traced);

/** Who did it, as TraceEvent finds out: the header where it says so, else the payload, or the thread's process. */
const pidOf: Compute = (event, traced) => {
  const { record, fields } = event;
  const [family = ''] = (event.event ?? '').split('/');
  if (['Process', 'Image', 'Thread'].includes(family)) return fields.number('ProcessId') ?? record.pid;
  if (event.event === 'SystemConfig/Services') return fields.number('ProcessId');
  if (event.event?.startsWith('ImageID')) return record.pid;
  const pid = fields.number('PID');
  if (pid !== undefined) return pid;
  if (record.header !== 'perfinfo') return record.pid;
  const thread = threadOf(event);
  return thread === undefined ? -1 : (traced.threads.get(thread) ?? -1);
};

function threadOf({ fields }: DecodedEvent): number | undefined {
  return fields.number('ThreadId') ?? fields.number('TThreadId') ?? fields.number('IssuingThreadId');
}

const tidOf: Compute = event =>
  event.record.header === 'perfinfo' ? (threadOf(event) ?? event.record.tid) : event.record.tid;

const processName: Compute = (event, traced) => {
  const pid = Number(pidOf(event, traced));
  if (pid === -1) return '';
  const image = traced.processes.get(pid);
  return image === undefined ? `Process(${pid})` : image.replace(/\.exe$/i, '');
};

const unixTime: Compute = ({ fields }) =>
  BigInt(fields.number('TimeDateStamp') ?? 0) * 10_000_000n + 116_444_736_000_000_000n;
const waited: Compute = ({ fields }, { session }) =>
  (Number(fields.bigint('HighResResponseTime')) * 1000) / session.frequency;
const irpFlags: Compute = ({ fields }) => names((fields.number('IrpFlags') ?? 0) & 0x1_ffff, irp, ', ');
const fileName: Compute = ({ fields }, traced) =>
  toDosPath(traced.files.get(fields.bigint('FileObject') ?? 0n) ?? '', traced);

const computed: Readonly<Record<string, Compute>> = {
  PID: pidOf,
  TID: tidOf,
  PName: processName,
  ProceNum: ({ record }) => record.cpu,
  DataLen: ({ record }) => record.payload.length,
  FileName: drive('FileName'),
  'Image FileName': drive('FileName'),
  'Create FileName': drive('FileName'),
  BuildTime: unixTime,
  UtcOffsetMinutes: field('Bias'),

  'Process TID': nobody,
  'Process PageDirectoryBase': field('DirectoryTableBase'),
  'Process Flags': ({ fields }) => names(fields.number('Flags') ?? 0, processFlags, ', '),
  'Process MemoryCount': field('PageFaultCount'),
  'Image TID': nobody,
  'Image/Load TID': ({ record }) => record.tid,
  'Thread TID': field('TThreadId'),
  'Thread StartAddr': field('Affinity'),
  'Thread ThreadName': ({ fields }) => fields.text('ThreadName') ?? '',
  'Thread ParentThreadID': nobody,
  'Thread ParentProcessID': nobody,
  'Thread/Start ParentThreadID': ({ record }) => record.tid,
  'Thread/Start ParentProcessID': ({ record }) => record.pid,

  'PerfInfo ProcessorNumber': ({ record }) => record.cpu,
  'PerfInfo Priority': ({ fields }) => (fields.number('Flags') ?? 0) >> 3,
  'PerfInfo ExecutingDPC': ({ fields }) => ((fields.number('Flags') ?? 0) & 1) !== 0,
  'PerfInfo ExecutingISR': ({ fields }) => ((fields.number('Flags') ?? 0) & 2) !== 0,
  'PerfInfo SampleSource': field('Source'),

  'DiskIO FileKey': field('FileObject'),
  'DiskIO FileName': fileName,
  'DiskIO IrpFlags': irpFlags,
  'DiskIO Priority': ({ fields }) => priorities[((fields.number('IrpFlags') ?? 0) >> 17) & 7],
  'DiskIO ElapsedTimeMSec': waited,
  // A request's time in the disk is all of its time unless another one was before it: none of those shown had one.
  'DiskIO DiskServiceTimeMSec': waited,
  'Memory FileKey': field('FileObject'),
  'Memory FileName': fileName,
  'Memory ElapsedTimeMSec': ({ record, fields }, { session }) =>
    (Number(record.time - (fields.bigint('InitialTime') ?? 0n)) * 1000) / session.frequency,

  'Create IrpPtr': field('Irp'),
  'Create CreateOptions': ({ fields }) => {
    const options = (fields.number('CreateOptions') ?? 0) & 0xff_ffff;
    // TraceEvent has the names of attributes for options.
    return options === 0x20 ? 'FILE_ATTRIBUTE_ARCHIVE' : options;
  },
  'Create CreateDisposition': ({ fields }) => dispositions[(fields.number('CreateOptions') ?? 0) >>> 24],
  'Create FileAttributes': field('CreateAttributes'),
  'Create ShareAccess': ({ fields }) => names(fields.number('ShareAccess') ?? 0, shares, ', '),

  'DnsServerForInterface DynamicAddress': ({ fields }) => addresses[fields.number('DynamicAddress') ?? 0],
  'ManifestData PayloadLength': ({ record }) => record.payload.length,
  'KernelEnableParameters keywords': ({ fields }) => names(fields.number('keywords') ?? 0, keywords, '|'),
  'KernelEnableParameters stacks': ({ fields }) => names(fields.number('stacks') ?? 0, keywords, '|'),
  'ProviderEnableParameters level': ({ fields }) => levels[fields.number('level') ?? 0],
  'ClrEnableParameters level': ({ fields }) => levels[fields.number('level') ?? 0],
};

type Bits = readonly (readonly [bits: number, name: string])[];

const processFlags: Bits = [
  [1, 'PackageFullName'],
  [2, 'Wow64'],
  [4, 'Protected'],
];
const irp: Bits = [
  [1, 'Nocache'],
  [2, 'MountCompletion'],
  [4, 'SynchronousApi'],
  [0x40, 'SynchronousPagingIO'],
];
const shares: Bits = [
  [3, 'ReadWrite'],
  [1, 'Read'],
  [2, 'Write'],
  [4, 'Delete'],
];
const keywords: Bits = [
  [1, 'Process'],
  [2, 'Thread'],
  [4, 'ImageLoad'],
  [8, 'ProcessCounters'],
];
const priorities = ['NotSet', 'Verylow', 'Low', 'Normal', 'High', 'Critical'];
const dispositions = [
  'SUPERSEDE',
  'OPEN_EXISTING',
  'CREATE_NEW',
  'OPEN_ALWAYS',
  'TRUNCATE_EXISTING',
  'CREATE_ALWAYS',
];
const addresses = ['static', 'dynamic'];
const levels = ['Always', 'Critical', 'Error', 'Warning', 'Informational', 'Verbose'];

function names(value: number, bits: Bits, separator: string): string {
  const found: string[] = [];
  let left = value;
  for (const [mask, name] of bits) {
    if (mask === 0 || (left & mask) !== mask) continue;
    found.push(name);
    left &= ~mask;
  }
  return found.length === 0 ? 'None' : found.join(separator);
}

function toDosPath(path: string, { volumes }: Traced): string {
  if (path.startsWith('\\Device\\Mup\\')) return `\\\\${path.slice('\\Device\\Mup\\'.length)}`;
  const volume = volumes.find(([nt]) => path.startsWith(nt));
  if (volume !== undefined) return volume[1] + path.slice(volume[0].length);
  // Images of the system's own volume come without it.
  const [, system = ''] = volumes.find(([nt]) => nt === '\\SystemRoot\\') ?? [];
  return path.startsWith('\\') ? system.slice(0, 2) + path : path;
}
