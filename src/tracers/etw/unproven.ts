import type { EtwRecord } from './record.ts';

/** Layouts that no recorded file was at hand for, of one provider. */
interface Unproven {
  readonly name: string;
  /** First and last id, or opcode of the kernel's own classes. */
  readonly ids: readonly (readonly [first: number, last: number])[];
}

/**
 * Says whose layout a record has when no recorded file was there to prove it on: it follows Microsoft's manifests and
 * MOF classes, and is told once of each trace that has such records. From Windows' own decoder, or a trace whose events
 * are known, each can be taken off this list.
 */
export function unprovenLayout({ provider, id }: EtwRecord): string | undefined {
  const layouts = unproven.get(provider);
  return layouts?.ids.some(([first, last]) => id >= first && id <= last) === true ? layouts.name : undefined;
}

const unproven: ReadonlyMap<string, Unproven> = new Map<string, Unproven>([
  ['90cbdc39-4a3e-11d1-84f4-0000f80464e3', { name: 'FileIO operations (kernel logger)', ids: [[64, 81]] }],
  ['ae53722e-c863-11d2-8659-00c04fa321a1', { name: 'Registry (kernel logger)', ids: [[10, 27]] }],
  [
    '9a280ac0-c8e0-11d1-84e2-00c04fb998a2',
    {
      name: 'TcpIp connections (kernel logger)',
      ids: [
        [12, 12],
        [28, 28],
      ],
    },
  ],
  [
    'edd08927-9cc4-4e65-b970-c2560fb5c289',
    {
      name: 'Kernel-File but for Create',
      ids: [
        [10, 11],
        [13, 34],
      ],
    },
  ],
  ['7dd42a49-5329-4832-8dfd-43d979153a88', { name: 'Kernel-Network', ids: [[10, 59]] }],
  ['70eb4f03-c1de-4f73-a051-33d13d5413bd', { name: 'Kernel-Registry', ids: [[1, 45]] }],
  ['1c95126e-7eea-49a9-a3fe-a378b03ddb4d', { name: 'DNS-Client queries', ids: [[3000, 3020]] }],
  ['d1bc9aff-2abf-4d71-9146-ecb2a986eb85', { name: 'Windows Firewall', ids: [[2002, 2006]] }],
  ['2a576b87-09a7-520e-c21a-4942f0271d67', { name: 'Antimalware Scan Interface', ids: [[1101, 1101]] }],
  ['a0c1853b-5c40-4b15-8766-3cf1c58f985a', { name: 'PowerShell', ids: [[4100, 4106]] }],
]);
