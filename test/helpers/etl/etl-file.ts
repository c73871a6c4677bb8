import { ByteWriter } from './byte-writer.ts';
import { compressXpress } from './compress-xpress.ts';
import { systemRecord } from './records.ts';

const HEADER_BYTES = 0x48;
/** 2026-01-01T00:00:00Z as FILETIME. */
export const START_TIME = 134_116_992_000_000_000n;

/** What the file's header says, where it differs from an ordinary one of a 64-bit machine. */
export interface EtlOptions {
  readonly pointerSize?: 4 | 8;
  readonly cpus?: number;
  readonly bufferBytes?: number;
  readonly clock?: 1 | 2 | 3;
  readonly frequency?: number;
  readonly mhz?: number;
  /** Raw time of the header's own record. */
  readonly time?: number | bigint;
  readonly eventsLost?: number;
  readonly buffersLost?: number;
  readonly loggerName?: string;
  readonly logFileName?: string;
}

export interface EtlBuffer {
  readonly cpu?: number;
  readonly records: readonly Uint8Array[];
  readonly isCompressed?: boolean;
  /** More `BufferFlag`s: 2 events lost, 4 buffer lost. */
  readonly flags?: number;
  /** 4 for a file's first buffer. */
  readonly type?: number;
}

/** A whole trace file: its header's buffer, then `buffers`. */
export function etlFile(buffers: readonly EtlBuffer[], options: EtlOptions = {}): Uint8Array {
  const size = options.bufferBytes ?? 4096;
  const header = systemRecord([0, 0], sessionPayload(options), {
    version: 2,
    time: options.time ?? 0,
    pointerSize: options.pointerSize ?? 8,
  });
  const all = [{ records: [header], type: 4 }, ...buffers].map(buffer => etlBuffer(buffer, size));
  return Buffer.concat(all);
}

/** One buffer as it stands in a file. */
export function etlBuffer(
  { cpu = 0, records, isCompressed = false, flags = 0, type = 0 }: EtlBuffer,
  size: number,
): Uint8Array {
  const body = new ByteWriter();
  for (const record of records) body.raw(record).align(8);
  const plain = body.done();
  const stored = isCompressed ? compressXpress(plain) : plain;
  const bytes = isCompressed ? HEADER_BYTES + stored.length : size;
  const end = HEADER_BYTES + plain.length;
  const writer = new ByteWriter().u32(bytes, end, end, 0).u64(0, 0, 0).u16(cpu, 1);
  writer
    .u32(0, end)
    .u16(0x20 | flags | (isCompressed ? 0x40 : 0), type)
    .pad(HEADER_BYTES);
  return writer.raw(stored).pad(bytes, 0xff).done();
}

function sessionPayload(options: EtlOptions): Uint8Array {
  const { pointerSize = 8, cpus = 2, bufferBytes = 4096, clock = 1, frequency = 10_000_000 } = options;
  const { eventsLost = 0, buffersLost = 0, mhz = 2000 } = options;
  const { loggerName = 'test session', logFileName = 'C:\\t\\test.etl' } = options;
  const writer = new ByteWriter().u32(bufferBytes, 0x0501_000a, 19045, cpus).u64(START_TIME + 10_000_000n);
  writer.u32(156_250, 0, 0, 2, 1, pointerSize, eventsLost, mhz).pointer(pointerSize, 0, 0);
  writer
    .u32(-60)
    .pad(writer.length + 168)
    .align(8);
  writer.u64(START_TIME - 10_000_000n, frequency, START_TIME).u32(clock, buffersLost);
  return writer.wide(loggerName).wide(logFileName).done();
}
