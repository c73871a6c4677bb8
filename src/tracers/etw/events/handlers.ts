import {
  closeRow,
  createRow,
  deleteRow,
  endRow,
  type FileSpelling,
  fileRow,
  nameRow,
  openRow,
  renameRow,
  setInformationRow,
} from './file-event.ts';
import type { Handler, HandlerTable } from './handler.ts';
import { machineHandlers } from './machine-events.ts';
import { netHandlers } from './net-event.ts';
import { processHandlers } from './process-events.ts';
import { rawEvent } from './raw-event.ts';
import { registryHandlers } from './registry-event.ts';

/** What is done with a record; what no row names is kept as it is. */
export function handlerFor(provider: string, id: number): Handler {
  return byProvider.get(provider)?.get(id) ?? rawEvent;
}

const classic: FileSpelling = {
  irp: 'IrpPtr',
  openName: 'OpenPath',
  information: 'ExtraInfo',
  size: 'IoSize',
  status: 'NtStatus',
  path: 'FileName',
};
const manifest: FileSpelling = {
  irp: 'Irp',
  openName: 'FileName',
  information: 'ExtraInformation',
  size: 'IOSize',
  status: 'Status',
  path: 'FilePath',
};

const fileHandlers: readonly HandlerTable[] = [
  {
    provider: '90cbdc39-4a3e-11d1-84f4-0000f80464e3', // FileIo
    rows: {
      0: nameRow('FileObject', false),
      32: nameRow('FileObject', false),
      35: nameRow('FileObject', true),
      36: nameRow('FileObject', false),
      64: openRow(classic),
      66: closeRow,
      67: fileRow('file.read', classic),
      68: fileRow('file.write', classic),
      69: setInformationRow(classic),
      70: deleteRow(classic),
      71: renameRow('file.rename', classic),
      72: fileRow('file.list', classic),
      74: fileRow('file.stat', classic),
      76: endRow(classic),
      79: deleteRow(classic),
      80: renameRow('file.rename', classic),
      81: renameRow('file.link', classic),
    },
  },
  {
    provider: 'edd08927-9cc4-4e65-b970-c2560fb5c289', // Kernel-File
    rows: {
      10: nameRow('FileKey', false),
      11: nameRow('FileKey', true),
      12: openRow(manifest),
      14: closeRow,
      15: fileRow('file.read', manifest),
      16: fileRow('file.write', manifest),
      17: setInformationRow(manifest),
      18: deleteRow(manifest),
      19: renameRow('file.rename', manifest),
      20: fileRow('file.list', manifest),
      22: fileRow('file.stat', manifest),
      24: endRow(manifest),
      26: deleteRow(manifest),
      27: renameRow('file.rename', manifest),
      28: renameRow('file.link', manifest),
      30: createRow(manifest),
      31: fileRow('file.chmod', manifest),
      32: fileRow('file.stat', manifest),
    },
  },
];

const tables: readonly HandlerTable[] = [
  ...processHandlers,
  ...fileHandlers,
  ...netHandlers,
  ...registryHandlers,
  ...machineHandlers,
];

const byProvider: ReadonlyMap<string, ReadonlyMap<number, Handler>> = new Map(
  tables.map(({ provider, rows }) => [
    provider,
    new Map(Object.entries(rows).map(([id, handler]) => [Number(id), handler])),
  ]),
);
