import type { EventKind, SystemEvent } from '../../../model/event.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import type { TracedMachine } from '../state/traced-machine.ts';
import { outcomeOf } from '../text/nt-status.ts';
import { isWholeKey, joinKey, toRegistryPath } from '../text/registry-path.ts';
import { describeValue } from '../text/registry-value.ts';
import { type Draft, flag, keepText, startEvent } from './draft.ts';
import type { Handler, HandlerTable } from './handler.ts';
import { rawEvent } from './raw-event.ts';

type RegistryKind = Extract<EventKind, `registry.${string}`>;
/** What the record's name is the name of. */
type Names = 'key' | 'value';

/** Registry records of the kernel logger and of Kernel-Registry. Both are told when the call has ended. */
export const registryHandlers: readonly HandlerTable[] = [
  {
    provider: 'ae53722e-c863-11d2-8659-00c04fa321a1', // Registry
    rows: {
      10: classicRow('registry.create', 'key'),
      11: classicRow('registry.open', 'key'),
      12: classicRow('registry.delete', 'key'),
      13: classicRow('registry.query', 'key'),
      14: classicRow('registry.set', 'value'),
      15: classicRow('registry.delete', 'value'),
      16: classicRow('registry.query', 'value'),
      17: classicRow('registry.query', 'key'),
      18: classicRow('registry.query', 'key'),
      19: classicRow('registry.query', 'key'),
      22: classicName('known'),
      23: classicName('gone'),
      24: classicName('known'),
      25: classicName('known'),
    },
  },
  {
    provider: '70eb4f03-c1de-4f73-a051-33d13d5413bd', // Kernel-Registry
    rows: {
      1: openRow('registry.create'),
      2: openRow('registry.open'),
      3: keyRow('registry.delete'),
      4: keyRow('registry.query'),
      5: keyRow('registry.set'),
      6: keyRow('registry.delete'),
      7: keyRow('registry.query'),
      8: keyRow('registry.query'),
      9: keyRow('registry.query'),
      10: keyRow('registry.query'),
      13: closedKey,
    },
  },
];

/** What people see instead of the name of a key's unnamed value. */
const DEFAULT_VALUE = '(Default)';
/** REG_OPENED_EXISTING_KEY: a creation that found the key there. */
const OPENED_EXISTING = 2;

/** `KeyName` is relative to the key whose control block is `KeyHandle`; 0 when it is whole. */
function classicRow(kind: RegistryKind, names: Names): Handler {
  return (event, machine) => {
    const { fields } = event;
    const handle = fields.bigint('KeyHandle') ?? 0n;
    const base = handle === 0n ? undefined : machine.keys.get(handle);
    const name = fields.text('KeyName') ?? '';
    const key = joinKey(base, names === 'value' && name === '' ? DEFAULT_VALUE : name);
    emitKey(kind, event, machine, key);
  };
}

/** The name of a control block: told when it is made, and of all that there are when the trace begins and ends. */
function classicName(state: 'known' | 'gone'): Handler {
  return (event, machine) => {
    const handle = event.fields.bigint('KeyHandle') ?? 0n;
    const name = event.fields.text('KeyName') ?? '';
    rawEvent(event, machine);
    if (handle === 0n) return;
    if (state === 'gone') machine.keys.delete(handle);
    else if (name !== '') machine.keys.set(handle, name);
  };
}

/** `BaseName` is filled only for keys opened by a relative name. */
function openRow(kind: RegistryKind): Handler {
  return (event, machine) => {
    const { fields } = event;
    const [base, object] = [fields.bigint('BaseObject') ?? 0n, fields.bigint('KeyObject') ?? 0n];
    const baseName = nonEmpty(fields.text('BaseName')) ?? (base === 0n ? undefined : machine.keys.get(base));
    const key = joinKey(baseName, fields.text('RelativeName') ?? '');
    if (object !== 0n && isWholeKey(key)) machine.keys.set(object, key);
    const isThere = fields.number('Disposition') === OPENED_EXISTING;
    emitKey(isThere ? 'registry.open' : kind, event, machine, key);
  };
}

function keyRow(kind: RegistryKind): Handler {
  return (event, machine) => {
    const { fields } = event;
    const object = fields.bigint('KeyObject') ?? 0n;
    const key = nonEmpty(fields.text('KeyName')) ?? machine.keys.get(object) ?? '';
    const value = fields.text('ValueName');
    emitKey(
      kind,
      event,
      machine,
      value === undefined ? key : joinKey(key, value === '' ? DEFAULT_VALUE : value),
    );
  };
}

function closedKey(...[event, machine]: Parameters<Handler>): void {
  rawEvent(event, machine);
  machine.keys.delete(event.fields.bigint('KeyObject') ?? 0n);
}

function emitKey(kind: RegistryKind, event: DecodedEvent, machine: TracedMachine, key: string): void {
  const { fields } = event;
  const actor = machine.actor(event);
  const draft: Draft<SystemEvent> = startEvent(kind, event, machine.begin(event), actor);
  if (key !== '') {
    draft.path = keepText(draft, toRegistryPath(key, actor?.sid));
    if (!isWholeKey(key)) flag(draft, 'guessed-path');
  }
  const status = fields.number('Status');
  if (status !== undefined) {
    const { ok, errno } = outcomeOf(status);
    draft.ok = ok;
    draft.ret = status >>> 0;
    if (errno !== undefined) draft.errno = errno;
  }
  const size = fields.number('DataSize');
  if (size !== undefined) draft.bytes = size;
  const value = describeValue(fields);
  if (value !== undefined) draft.args = keepText(draft, value);
  if (fields.fit === 'short') flag(draft, 'torn');
  machine.emit(draft);
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}
