import type { MetaEvent, RawEvent } from '../../../model/event.ts';
import type { EtwLost } from '../record.ts';
import type { TracedMachine } from '../state/traced-machine.ts';
import { type Draft, keepText, MAX_PATH_TEXT, startEvent } from './draft.ts';
import type { Handler, HandlerTable } from './handler.ts';
import { quietEvent, rawEvent } from './raw-event.ts';

/** What the trace says about the machine, and records that are kept in a form of their own. */
export const machineHandlers: readonly HandlerTable[] = [
  {
    provider: '9b79ee91-b5fd-41c0-a243-4248e266e9d0', // SysConfig
    rows: { 35: volumeEvent },
  },
  {
    provider: 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3', // StackWalk
    rows: { 32: quietEvent, 35: quietEvent, 36: quietEvent, 37: quietEvent, 38: quietEvent },
  },
  {
    provider: 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc', // PerfInfo
    rows: { 46: quietEvent },
  },
  {
    provider: '2a576b87-09a7-520e-c21a-4942f0271d67', // Antimalware-Scan-Interface
    rows: { 1101: scannedEvent },
  },
];

/** Records that nobody wrote. */
export function lostEvent(lost: EtwLost, machine: TracedMachine, atNs: number, seq: number): void {
  const event: Draft<MetaEvent> = {
    seq,
    at_ns: atNs,
    kind: 'meta.lost',
    proc: 0,
    pid: 0,
    tid: 0,
    call: `lost ${lost.what}`,
    args: lost.count === undefined ? `some ${lost.what}` : `${lost.count} ${lost.what}`,
    origin: 'kernel',
    source_offset: lost.source_offset,
    source_length: lost.source_length,
  };
  machine.emit(event);
}

/** `\Device\HarddiskVolume2\` is `C:\`. */
function volumeEvent(...[event, machine]: Parameters<Handler>): void {
  const [kernelName, dosName] = [event.fields.text('NtPath'), event.fields.text('DosPath')];
  if (kernelName !== undefined && dosName !== undefined) machine.volumes.add(kernelName, dosName);
  rawEvent(event, machine);
}

const utf16 = new TextDecoder('utf-16le');

/** What a script engine is about to run, after all unpacking: text in UTF-16, kept as text. */
function scannedEvent(...[event, machine]: Parameters<Handler>): void {
  const content = event.fields.get('content');
  if (!(content instanceof Uint8Array)) {
    rawEvent(event, machine);
    return;
  }
  const draft: Draft<RawEvent> = startEvent('raw', event, machine.begin(event), machine.actor(event));
  const name = event.fields.text('appname') ?? '';
  draft.args = keepText(
    draft,
    `appname=${JSON.stringify(name)} content=${utf16.decode(content)}`,
    MAX_PATH_TEXT,
  );
  machine.emit(draft);
}
