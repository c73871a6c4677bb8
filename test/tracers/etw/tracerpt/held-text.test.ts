import { expect, test } from 'vitest';
import { createNumbering } from '../../../../src/runner/numbering.ts';
import { etw } from '../../../../src/tracers/etw/index.ts';
import { heldBytes } from '../../../helpers/held-bytes.ts';

const chunks = 256;
const filler = 'x'.repeat(16_384);

/** An event that says what a file is called, which is remembered for those that name it by its key. */
const printed = (
  file: string,
  task: string,
  key: number,
) => `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System>
<Provider Name="Microsoft-Windows-Kernel-File" Guid="{edd08927-9cc4-4e65-b970-c2560fb5c289}" /><EventID>10</EventID>
<TimeCreated SystemTime="2026-01-01T00:00:01.5000000Z" /></System><EventData><Data Name="FileKey">${key + 1}</Data>
<Data Name="FileName">${file}</Data><Data Name="Filler">${filler}</Data></EventData>
<RenderingInfo><Task>${task}</Task></RenderingInfo></Event>`;

test.each<[string, (index: number) => string]>([
  ['names of files', index => printed(`\\Device\\HarddiskVolume1\\file-${index}`, 'NameCreate', index)],
  ['names of events', index => printed('C:\\x', `AnEventCalled${index}`, 0)],
])('of the chunks of a printed trace nothing is held because of its %s', (_, event) => {
  const held = heldBytes(() => {
    const parser = etw.createParser({ numbering: createNumbering() });
    parser.push(new TextEncoder().encode('<?xml version="1.0" encoding="UTF-8"?>\n<Events>\n'));
    const kinds = Array.from({ length: chunks }, (_, index) =>
      parser.push(new TextEncoder().encode(event(index))).map(item => item.kind),
    );
    expect(kinds.flat().filter(kind => kind === 'raw')).toHaveLength(chunks);
    return parser;
  });
  expect(held).toBeLessThan((chunks * filler.length) / 8);
});
