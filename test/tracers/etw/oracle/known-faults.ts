/**
 * Where TraceEvent is wrong, by kind and field, and how we know. Each of them is still counted; the test fails when
 * one of them becomes equal, too.
 */
export const knownFaults: Readonly<Record<string, string>> = {
  'KernelTraceControl/ImageID ProcessID':
    'reads the upper half of the 64-bit image size: always 0; the DbgID event after it has the same pid as we read',
  'Windows Kernel/UdpIp/Recv context':
    'pid and size, two 32-bit fields of version 2, read as one pointer of version 0',
  'Windows Kernel/UdpIp/Send context':
    'pid and size, two 32-bit fields of version 2, read as one pointer of version 0',
  'Windows Kernel/UdpIp/Recv dsize':
    'a field of version 0, which version 2 has not: reads the sequence number',
  'Windows Kernel/UdpIp/Send dsize':
    'a field of version 0, which version 2 has not: reads the sequence number',
  'Windows Kernel/DiskIO/FlushBuffers TID':
    'looks for the thread where Read and Write have theirs: 786839 is no thread, but 0x000c0197',
  'Windows Kernel/DiskIO/FlushBuffers PID': 'follows from the wrong thread',
  'Windows Kernel/DiskIO/FlushBuffers PName': 'follows from the wrong thread',
  'Windows Kernel/SystemConfig/Services ProcessName':
    "hides the record's own (empty) name behind the name of the event's process, as in PName",
  'solar_system/PrimitiveTypesTest system_time_type':
    'loses the milliseconds of a SYSTEMTIME: .03 in all five, where the FILETIME of the same moment has .79, .23, ...',
};
