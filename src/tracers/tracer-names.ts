/** Tracers whose traces can be read; apart from the code that reads them, which is loaded when there is a trace. */
export const tracerNames = ['strace', 'etw'] as const;

/** Tracers that can be asked for, and answer that they have no reader yet. */
export const missingTracers = ['dtrace'] as const;
