import { dnsClient } from './dns-client.ts';
import { kernelFiles } from './kernel-files.ts';
import { kernelNetwork } from './kernel-network.ts';
import { kernelProcesses } from './kernel-processes.ts';
import { kernelRegistry } from './kernel-registry.ts';
import { kernelSystem } from './kernel-system.ts';
import { manifestFile } from './manifest-file.ts';
import { manifestProcess } from './manifest-process.ts';
import type { Provider } from './provider.ts';
import { security } from './security.ts';
import { traceControl } from './trace-control.ts';

/** All providers whose events are read by a table; those that describe themselves in the trace need none. */
export const providers: readonly Provider[] = [
  ...kernelProcesses,
  ...kernelFiles,
  ...kernelNetwork,
  ...kernelRegistry,
  ...kernelSystem,
  ...traceControl,
  manifestProcess,
  manifestFile,
  dnsClient,
  ...security,
];
