import { toCommandLine } from './command-line.ts';
import type { MachineFile } from './machine-file.ts';
import { root } from './places.ts';
import { quoted } from './powershell.ts';

/** As the administrator: our folders, who may write where, our probes, and no way out of the machine. */
export function prepareScript(machine: MachineFile, probes: Readonly<Record<string, Uint8Array>>): string {
  const folders = ['inbox', 'probes', 'run', 'trace', 'venv'].map(name => `${root}\\${name}`);
  const grant = `${machine.ordinary.user}:(OI)(CI)M`;
  return [
    // What lies on drive C: is anybody's to change, unless told otherwise before anything is put there.
    createFolder(root),
    icacls(root, '/inheritance:r', '/grant:r', ...ours, '*S-1-5-32-545:(OI)(CI)RX'),
    ...folders.map(createFolder),
    // Ordinary users read what lies here, and write only where a command has to.
    ...['venv', 'run'].map(name => icacls(`${root}\\${name}`, '/grant', grant)),
    icacls(`${root}\\trace`, '/inheritance:r', '/grant:r', ...ours),
    ...Object.entries(probes).map(
      ([name, bytes]) =>
        `[IO.File]::WriteAllBytes(${quoted(`${root}\\probes\\${name}`)},[Convert]::FromBase64String('${Buffer.from(bytes).toString('base64')}'))`,
    ),
    ...denyNetwork(machine.port),
    'exit 0',
  ].join('\n');
}

/** As the ordinary user: the virtual environment that packages are installed into. */
export function environmentScript(machine: MachineFile): string {
  const [python = '', ...rest] = machine.python;
  const args = toCommandLine([...rest, '-m', 'venv', `${root}\\venv`]);
  return [
    `$r=Start-Process -FilePath ${quoted(python)} -ArgumentList ${quoted(args)} -NoNewWindow -Wait -PassThru`,
    'exit $r.ExitCode',
  ].join('\n');
}

/** As the administrator: stores what follows the script on standard input, and prints its sha256. */
export function putScript(name: string): string {
  const file = quoted(`${root}\\inbox\\${name}`);
  return [
    `$f=[IO.File]::Create(${file});$in.CopyTo($f);$f.Close()`,
    `(Get-FileHash -Algorithm SHA256 ${file}).Hash.ToLower();exit 0`,
  ].join('\n');
}

/** Administrators and the system, by the ids that they have in every language. */
const ours = ['*S-1-5-32-544:(OI)(CI)F', '*S-1-5-18:(OI)(CI)F'];

function createFolder(folder: string): string {
  return `New-Item -ItemType Directory -Force ${quoted(folder)}|Out-Null`;
}

function icacls(...args: readonly string[]): string {
  return `& icacls.exe ${args.map(quoted).join(' ')}|Out-Null;${orGiveUp('who may write where cannot be set')}`;
}

/** SSH may come in; nothing goes out but its answers. The loopback, where the index answers, is not filtered. */
function denyNetwork(port: number): readonly string[] {
  const rule = [
    'name=buildhaus-ssh',
    'dir=in',
    'action=allow',
    'protocol=TCP',
    `localport=${port === 22 ? 22 : `22,${port}`}`,
  ];
  const failed = orGiveUp('the firewall cannot be set');
  return [
    `& netsh.exe advfirewall firewall add rule ${rule.map(quoted).join(' ')}|Out-Null`,
    `& netsh.exe advfirewall set allprofiles state on|Out-Null;${failed}`,
    `& netsh.exe advfirewall set allprofiles firewallpolicy 'blockinbound,blockoutbound'|Out-Null;${failed}`,
  ];
}

/** What follows a program: PowerShell itself does not mind how one ends. */
function orGiveUp(why: string): string {
  return `if($LASTEXITCODE -ne 0){[Console]::Error.WriteLine(${quoted(why)});exit 4}`;
}
