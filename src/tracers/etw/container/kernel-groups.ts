/**
 * Records of the kernel's own logger carry a group byte instead of a GUID (`EVENT_TRACE_GROUP_*` in ntwmi.h);
 * these are the MOF classes they belong to.
 */
export const kernelClasses = {
  eventTrace: '68fdd900-4a3e-11d1-84f4-0000f80464e3',
  diskIo: '3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c',
  pageFault: '3d6fa8d3-fe05-11d0-9dda-00c04fd7ba7c',
  process: '3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c',
  fileIo: '90cbdc39-4a3e-11d1-84f4-0000f80464e3',
  thread: '3d6fa8d1-fe05-11d0-9dda-00c04fd7ba7c',
  tcpIp: '9a280ac0-c8e0-11d1-84e2-00c04fb998a2',
  job: '3282fc76-feed-498e-8aa7-e70f459d430e',
  udpIp: 'bf3a50c5-a9c9-4988-a005-2df0b7c80f80',
  registry: 'ae53722e-c863-11d2-8659-00c04fa321a1',
  systemConfig: '01853a65-418f-4f36-aefc-dc0f1d2fd235',
  perfInfo: 'ce1dbfb4-137e-4da6-87b0-3f59aa102cbc',
  object: '89497f50-effe-4440-8cf2-ce6b1cdcaca7',
  power: 'e43445e0-0903-48c3-b878-ff0fccebdd04',
  image: '2cb15d1d-5fc1-11d2-abe1-00a0c911f518',
  stackWalk: 'def2fe46-7bd6-4b80-bd94-f57fe20d0ce3',
  alpc: '45d8cccd-539f-4b72-a8b7-5c683142609a',
  /** The session itself: groups that no class is known for. */
  system: '9e814aad-3204-11d2-9a82-006008a86939',
} as const;

const byGroup: Readonly<Record<number, string>> = {
  0: kernelClasses.eventTrace,
  1: kernelClasses.diskIo,
  2: kernelClasses.pageFault,
  3: kernelClasses.process,
  4: kernelClasses.fileIo,
  5: kernelClasses.thread,
  6: kernelClasses.tcpIp,
  7: kernelClasses.job,
  8: kernelClasses.udpIp,
  9: kernelClasses.registry,
  11: kernelClasses.systemConfig,
  15: kernelClasses.perfInfo,
  17: kernelClasses.object,
  18: kernelClasses.power,
  20: kernelClasses.image,
  24: kernelClasses.stackWalk,
  26: kernelClasses.alpc,
};

const GROUPS = 256;
const classOf = Array.from({ length: GROUPS }, (_, group) => byGroup[group] ?? kernelClasses.system);
const PROCESS_GROUP = 3;
const IMAGE_LOAD = 10;

/** The class of a kernel record. A loaded image is the one event of its class that comes in another's group. */
export function kernelClass(group: number, opcode: number): string {
  if (group === PROCESS_GROUP && opcode === IMAGE_LOAD) return kernelClasses.image;
  return classOf[group] ?? kernelClasses.system;
}
