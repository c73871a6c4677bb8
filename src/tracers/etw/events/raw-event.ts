import type { RawEvent } from '../../../model/event.ts';
import type { DecodedEvent } from '../decoded-event.ts';
import type { TracedMachine } from '../state/traced-machine.ts';
import { type Draft, describeFields, flag, spellBytes, startEvent } from './draft.ts';

/** A record that no kind describes: its fields as text, or its bytes when nobody knows them. */
export function rawEvent(event: DecodedEvent, machine: TracedMachine, process = machine.actor(event)): void {
  const draft: Draft<RawEvent> = startEvent('raw', event, machine.begin(event), process);
  const about = event.event === undefined ? payloadOf(event) : describeFields(draft, event);
  if (about !== undefined) draft.args = about;
  if (event.fields.fit === 'short') flag(draft, 'torn');
  machine.emit(draft);
}

/** Records there are so many of that their fields are left where they are, in the raw evidence. */
export function quietEvent(event: DecodedEvent, machine: TracedMachine): void {
  machine.emit(startEvent('raw', event, machine.begin(event), machine.actor(event)));
}

function payloadOf({ record }: DecodedEvent): string | undefined {
  return record.payload.length === 0 ? undefined : spellBytes(record.payload);
}
