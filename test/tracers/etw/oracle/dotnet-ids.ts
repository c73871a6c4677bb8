/** TraceEvent's names of .NET's events, by provider and id: these stay without a table of ours. */
const runtime = {
  guid: 'e13c0d23-ccbc-4e12-931b-d9cc2eee27e4',
  ids: {
    'GC/Start': 1,
    'GC/Stop': 2,
    'GC/RestartEEStop': 3,
    'GC/HeapStats': 4,
    'GC/CreateSegment': 5,
    'GC/RestartEEStart': 7,
    'GC/SuspendEEStop': 8,
    'GC/SuspendEEStart': 9,
    'GC/AllocationTick': 10,
    'GC/TerminateConcurrentThread': 12,
    'GC/FinalizersStop': 13,
    'GC/FinalizersStart': 14,
    'Type/BulkType': 15,
    'GC/BulkSurvivingObjectRanges': 21,
    'GC/BulkMovedObjectRanges': 22,
    'GC/GenerationRange': 23,
    'GC/MarkStackRoots': 25,
    'GC/MarkFinalizeQueueRoots': 26,
    'GC/MarkHandles': 27,
    'GC/MarkCards': 28,
    'GC/FinalizeObject': 29,
    'GC/PinObjectAtGCTime': 33,
    'GC/Triggered': 35,
    'ThreadPoolWorkerThread/Start': 50,
    'Exception/Start': 80,
    'AppDomainResourceManagement/ThreadCreated': 85,
    'Method/LoadVerbose': 143,
    'Method/UnloadVerbose': 144,
    'Method/JittingStarted': 145,
    'Loader/DomainModuleLoad': 151,
    'Loader/ModuleLoad': 152,
    'Loader/ModuleUnload': 153,
    'Loader/AssemblyLoad': 154,
    'Loader/AssemblyUnload': 155,
    'Loader/AppDomainLoad': 156,
    'Loader/AppDomainUnload': 157,
    'Runtime/Start': 187,
    'GarbageCollection/IncreaseMemoryPressure': 200,
    'GC/MarkWithType': 202,
    'GC/PerHeapHistory': 204,
    'GC/GlobalHeapHistory': 205,
    'GC/LOHCompact': 208,
    'GC/FitBucketInfo': 209,
  },
} as const;

const rundown = {
  guid: 'a669021c-c450-4609-a035-5af59af4df18',
  ids: {
    'GC/SettingsRundown': 10,
    'Method/DCStopComplete': 146,
    'Method/DCStopInit': 148,
    'Loader/DomainModuleDCStop': 152,
    'Loader/ModuleDCStop': 154,
    'Loader/AssemblyDCStop': 156,
    'Loader/AppDomainDCStop': 158,
    'Runtime/Start': 187,
    'TieredCompilationRundown/SettingsDCStart': 280,
  },
} as const;

const secret = {
  guid: '763fd754-7086-4dfe-95eb-c01a46faf4ca',
  ids: {
    'GC/Settings': 2,
    'GC/PerHeapHistory': 4,
    'GC/GlobalHeapHistory': 5,
    'GC/MarkStackRoots': 7,
    'GC/MarkFinalizeQueueRoots': 8,
    'GC/MarkHandles': 9,
    'GC/MarkCards': 10,
    'Binding/NgenPhaseStart': 161,
    'Binding/NgenPhaseStop': 162,
    'Binding/LoaderPhaseStart': 165,
    'Binding/LoaderPhaseStop': 166,
    'Binding/LoaderAssemblyInitPhaseStart': 171,
    'Binding/LoaderAssemblyInitPhaseStop': 172,
    'Binding/LoaderMappingPhaseStart': 173,
    'Binding/LoaderMappingPhaseStop': 174,
    'Binding/LoaderDeliverEventPhaseStart': 175,
    'Binding/LoaderDeliverEventsPhaseStop': 176,
    'NgenBinder/NgenBind': 188,
    'Binding/FusionMessage': 196,
  },
} as const;

const providers = [
  ['Microsoft-Windows-DotNETRuntimePrivate/', secret],
  ['Microsoft-Windows-DotNETRuntimeRundown/', rundown],
  ['Microsoft-Windows-DotNETRuntime/', runtime],
] as const;

/** Provider and id of a kind of .NET's; undefined for all others. */
export function dotnetId(kind: string): string | undefined {
  const [prefix, provider] = providers.find(([name]) => kind.startsWith(name)) ?? [];
  if (prefix === undefined || provider === undefined) return undefined;
  const id = Object.entries(provider.ids).find(([name]) => name === kind.slice(prefix.length))?.[1];
  return `${provider.guid}/${id}`;
}
