import { root } from './places.ts';
import { quoted } from './powershell.ts';

/** Where their files lie: the ordinary user cannot look into it. */
const folder = `${root}\\trace`;

/**
 * The two trace sessions of a task, driven by logman (in every Windows). Only the kernel logger has command lines; only the
 * manifest providers have paths, registry values and DNS names. formats.md 3.5; keywords as in the providers' manifests.
 */
const kernelLogger = {
  name: 'NT Kernel Logger',
  file: `${folder}\\kernel.etl`,
  create: ['-p', 'Windows Kernel Trace', '(process,img,net)'],
  update: [],
} as const;

const providers = {
  name: 'buildhaus',
  file: `${folder}\\providers.etl`,
  // Kernel-Process: processes and images.
  create: ['-p', '{22FB2CD6-0E7B-422B-A0C7-2FAD1FD0E716}', '0x50', '5'],
  update: [
    // Kernel-File: names, creates, deletes, renames, new files, writes and how each ended.
    ['-p', '{EDD08927-9CC4-4E65-B970-C2560FB5C289}', '0x1ED0', '5'],
    // Kernel-Network: both IP versions.
    ['-p', '{7DD42A49-5329-4832-8DFD-43D979153A88}', '0x30', '5'],
    // Kernel-Registry: values set and deleted, keys created, opened and deleted.
    ['-p', '{70EB4F03-C1DE-4F73-A051-33D13D5413BD}', '0x7300', '5'],
    ['-p', '{1C95126E-7EEA-49A9-A3FE-A378B03DDB4D}', '0xFFFFFFFFFFFFFFFF', '5'],
  ],
} as const;

/** The sessions in the order in which their files are read: command lines first. */
export const traceSessions = [kernelLogger, providers] as const;

/** Ends what an earlier session left running: only one kernel logger can be, and sessions outlive their SSH. */
export function stopSessionsScript(): string {
  const stops = traceSessions.map(({ name }) => `& logman.exe stop ${quoted(name)} -ets 2>&1 | Out-Null`);
  // One that does not run is no failure.
  return ["$ErrorActionPreference='Continue'", ...stops, 'exit 0'].join('\n');
}

/** Starts both; the script fails with logman's own sentence. Prints the clock (FILETIME) and the system's version. */
export function startSessionsScript(): string {
  return [
    "$ErrorActionPreference='Continue'",
    `New-Item -ItemType Directory -Force ${quoted(folder)} | Out-Null`,
    logmanFunction,
    ...traceSessions.flatMap(session => [
      `Remove-Item -Force -ErrorAction SilentlyContinue ${quoted(session.file)}`,
      logman(['create', 'trace', session.name, '-ets', '-o', session.file, ...buffers, ...session.create]),
      ...session.update.map(provider => logman(['update', 'trace', session.name, '-ets', ...provider])),
    ]),
    '[DateTime]::UtcNow.ToFileTimeUtc()',
    '[Environment]::OSVersion.VersionString',
    'exit 0',
  ].join('\n');
}

/** Ends both; prints `name=N` lines of what was lost, as far as logman says, then size and sha256 of each file. */
export function finishSessionsScript(): string {
  return [
    "$ErrorActionPreference='Continue'",
    logmanFunction,
    ...traceSessions.flatMap(({ name, file }) => [
      `$q=(& logman.exe query ${quoted(name)} -ets) -join "\`n"`,
      `foreach($m in [regex]::Matches($q,'(?m)^\\s*(Buffers|Events) Lost:\\s*(\\d+)')){"lost=$($m.Groups[2].Value)"}`,
      logman(['stop', name, '-ets']),
      `"file=$((Get-Item ${quoted(file)}).Length) $((Get-FileHash -Algorithm SHA256 ${quoted(file)}).Hash.ToLower())"`,
    ]),
    'exit 0',
  ].join('\n');
}

/** Writes a file to standard output as it is. */
export function readFileScript(file: string): string {
  return [copyOut(file), 'exit 0'].join('\n');
}

/** Writes a file to standard output and removes it; one that is not there writes nothing. */
export function takeFileScript(file: string): string {
  const taken = [copyOut(file), `$f.Close();Remove-Item -Force ${quoted(file)}`].join('\n');
  return `if(Test-Path ${quoted(file)}){${taken}};exit 0`;
}

function copyOut(file: string): string {
  return [
    `$f=[IO.File]::Open(${quoted(file)},'Open','Read','ReadWrite')`,
    '$o=[Console]::OpenStandardOutput()',
    '$f.CopyTo($o,65536);$o.Flush()',
  ].join('\n');
}

/** Buffers of 1 MiB, 64 to 512 of them, stamped by the performance counter. */
const buffers = ['-ct', 'perf', '-bs', '1024', '-nb', '64', '512'] as const;

const logmanFunction =
  'function Invoke-Logman{$said=(& logman.exe @args 2>&1)-join "`n";' +
  'if($LASTEXITCODE -ne 0){[Console]::Error.WriteLine("logman $args`: $said");exit 3}}';

function logman(args: readonly string[]): string {
  return `Invoke-Logman ${args.map(quoted).join(' ')}`;
}
