import type { FileAccess, FileEvent } from '../../../model/event.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import type { Ending } from '../state/operations.ts';
import type { TracedMachine } from '../state/traced-machine.ts';
import { describeOpen, isAttributeQuery, type OpenEffect, opensFor } from '../text/create-options.ts';
import { type Draft, describeFields, flag, keepText, startEvent } from './draft.ts';
import type { Handler } from './handler.ts';
import { rawEvent } from './raw-event.ts';

/** What one of the two sources of file records calls the fields. */
export interface FileSpelling {
  readonly irp: string;
  readonly openName: string;
  readonly information: string;
  readonly size: string;
  readonly status: string;
  /** The path in records of deletions, renames and links that have one. */
  readonly path: string;
}

type FileKind = FileEvent['kind'];

/** A file is opened or made. What for is not recorded, only what becomes of it when it is there or not. */
export function openRow(names: FileSpelling): Handler {
  return (event, machine) => {
    const { fields } = event;
    const irp = fields.bigint(names.irp);
    const name = fields.text(names.openName) ?? '';
    const object = fields.bigint('FileObject');
    const options = fields.number('CreateOptions') ?? 0;
    if (name !== '') machine.files.opened(object, name);
    const kind = isAttributeQuery(options) ? 'file.stat' : 'file.open';
    const draft = startFile(kind, event, machine, name === '' ? undefined : name);
    const access: FileAccess | undefined = opensFor(options);
    if (access !== undefined) draft.access = access;
    draft.args = describeOpen(options);
    machine.operations.begin(irp, {
      draft,
      group: 'open',
      ended: (ended, ending) => {
        if (ended.ok === false) machine.files.closed(object);
        else if (ended.kind === 'file.open') opened(ended, ending);
      },
    });
  };
}

/** A record of its own says that an open made a file: the same operation where both are recorded. */
export function createRow(names: FileSpelling): Handler {
  const open = openRow(names);
  return (event, machine) => {
    const isSame = machine.operations.tellMore(event.fields.bigint(names.irp), 'open', draft => {
      draft.kind = 'file.create';
    });
    if (isSame) return rawEvent(event, machine);
    open(event, machine);
    machine.operations.tellMore(event.fields.bigint(names.irp), 'open', draft => {
      draft.kind = 'file.create';
    });
  };
}

/** An operation on an open file. */
export function fileRow(kind: FileKind, names: FileSpelling): Handler {
  return (event, machine) => {
    const draft = startFile(kind, event, machine, nameOf(event, machine));
    const size = event.fields.number(names.size);
    if (size !== undefined) draft.bytes = size;
    const asked = kind === 'file.list' ? describeFields(draft, event, ['FileName']) : undefined;
    if (asked !== undefined) draft.args = asked;
    const ended = kind === 'file.read' || kind === 'file.write' ? moved : undefined;
    machine.operations.begin(event.fields.bigint(names.irp), { draft, group: kind, ended });
  };
}

/** A file is deleted when it is closed. The record with the path and the one without tell of one operation. */
export function deleteRow(names: FileSpelling): Handler {
  return (event, machine) => {
    const { fields } = event;
    // Information 0 takes an earlier deletion back.
    if (fields.bigint(names.information) === 0n && !fields.text(names.path)) return rawEvent(event, machine);
    const name = fields.text(names.path) ?? nameOf(event, machine);
    const irp = fields.bigint(names.irp);
    const isSame = machine.operations.tellMore(irp, 'delete', draft => {
      if (draft.path === undefined && name !== undefined) setPath(draft, machine, name, 'path');
    });
    if (isSame) return rawEvent(event, machine);
    machine.operations.begin(irp, { draft: startFile('file.delete', event, machine, name), group: 'delete' });
  };
}

/** The path is the new name; the old one is remembered. */
export function renameRow(kind: 'file.rename' | 'file.link', names: FileSpelling): Handler {
  return (event, machine) => {
    const { fields } = event;
    const [object, key] = [fields.bigint('FileObject'), fields.bigint('FileKey')];
    const name = fields.text(names.path);
    const irp = fields.bigint(names.irp);
    const isSame = machine.operations.tellMore(irp, kind, draft => {
      if (draft.path2 === undefined && name !== undefined) setPath(draft, machine, name, 'path2');
    });
    if (isSame) return rawEvent(event, machine);
    const draft = startFile(kind, event, machine, nameOf(event, machine));
    if (name !== undefined) setPath(draft, machine, name, 'path2');
    const ended = (done: Draft<FileEvent>) => {
      if (kind === 'file.rename' && done.ok === true && name !== undefined)
        machine.files.renamed(object, key, name);
    };
    machine.operations.begin(irp, { draft, group: kind, ended });
  };
}

/** What was set decides what it is: a length, a time or attribute; the rest has no kind. */
export function setInformationRow(names: FileSpelling): Handler {
  return (event, machine) => {
    const kind = setKinds.get(event.fields.number('InfoClass') ?? -1);
    if (kind === undefined) return rawEvent(event, machine);
    fileRow(kind, names)(event, machine);
  };
}

/** FILE_INFORMATION_CLASS (MS-FSCC 2.4): what can be set of an open file. */
const setKinds: ReadonlyMap<number, FileKind> = new Map<number, FileKind>([
  [4, 'file.chmod'], // FileBasicInformation: attributes and times
  [19, 'file.truncate'], // FileAllocationInformation
  [20, 'file.truncate'], // FileEndOfFileInformation
]);

/** The end of an operation: told as part of it. */
export function endRow(names: FileSpelling): Handler {
  return (event, machine) => {
    const { fields, record } = event;
    const isTold = machine.operations.finish(fields.bigint(names.irp), {
      atNs: machine.timeOf(record),
      status: fields.number(names.status) ?? 0,
      information: fields.number(names.information),
    });
    if (!isTold) rawEvent(event, machine);
  };
}

/** The file object is gone; its address may be another's from here on. */
export const closeRow: Handler = (event, machine) => {
  rawEvent(event, machine);
  machine.files.closed(event.fields.bigint('FileObject'));
};

/** A file is called so: said of those that are in use, when the trace begins or ends. */
export function nameRow(keyField: string, isGone: boolean): Handler {
  return (event, machine) => {
    const key = event.fields.bigint(keyField);
    const name = event.fields.text('FileName');
    if (isGone) machine.files.forgotten(key);
    else if (name !== undefined && name !== '') machine.files.named(key, name);
    rawEvent(event, machine);
  };
}

function startFile(
  kind: FileKind,
  event: DecodedEvent,
  machine: TracedMachine,
  name: string | undefined,
): Draft<FileEvent> {
  const draft: Draft<FileEvent> = startEvent(kind, event, machine.begin(event), machine.actor(event));
  if (name !== undefined) setPath(draft, machine, name, 'path');
  if (event.fields.fit === 'short') flag(draft, 'torn');
  return draft;
}

function setPath(draft: Draft<FileEvent>, machine: TracedMachine, name: string, to: 'path' | 'path2'): void {
  const { path, isGuess } = machine.volumes.toDosPath(name);
  draft[to] = keepText(draft, path);
  if (isGuess) flag(draft, 'guessed-path');
}

function nameOf({ fields }: DecodedEvent, machine: TracedMachine): string | undefined {
  return machine.files.nameOf(fields.bigint('FileObject'), fields.bigint('FileKey'));
}

/** What an open that worked did (IO_STATUS_BLOCK.Information, MS-FSCC; wdm.h). */
const effects: Readonly<Record<number, OpenEffect>> = {
  0: 'overwritten',
  1: 'opened',
  2: 'created',
  3: 'overwritten',
};

function opened(draft: Draft<FileEvent>, { information }: Ending): void {
  const effect = information === undefined ? undefined : effects[information];
  if (effect === 'created') draft.kind = 'file.create';
  if (effect === 'overwritten') draft.access = 'write';
}

/** What was asked for is in the first record, what was moved in the last. */
function moved(draft: Draft<FileEvent>, { information }: Ending): void {
  if (draft.ok === true && information !== undefined) draft.bytes = information;
}
