import type { MachineFile } from './machine-file.ts';
import { quoted } from './powershell.ts';
import { toCommandLine } from './windows-command-line.ts';
import { root } from './windows-places.ts';

/** As the administrator: our folders, who may write where, our probes, and no way out of the machine. */
export function prepareScript(machine: MachineFile, probes: Readonly<Record<string, Uint8Array>>): string {
  const folders = ['inbox', 'probes', 'run', 'trace', 'venv'].map(name => `${root}\\${name}`);
  const grant = quoted(`${machine.ordinary.user}:(OI)(CI)M`);
  return [
    ...folders.map(folder => `New-Item -ItemType Directory -Force ${quoted(folder)}|Out-Null`),
    // Ordinary users read what lies here, and write only where a command has to.
    ...['venv', 'run'].map(name => `& icacls.exe ${quoted(`${root}\\${name}`)} /grant ${grant}|Out-Null`),
    `& icacls.exe ${quoted(`${root}\\trace`)} /inheritance:r /grant 'Administrators:(OI)(CI)F' 'SYSTEM:(OI)(CI)F'|Out-Null`,
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

/** SSH may come in; nothing goes out but its answers. The loopback, where the index answers, is not filtered. */
function denyNetwork(port: number): readonly string[] {
  const rule = [
    'name=buildhaus-ssh',
    'dir=in',
    'action=allow',
    'protocol=TCP',
    `localport=${port === 22 ? 22 : `22,${port}`}`,
  ];
  const orGiveUp = "if($LASTEXITCODE -ne 0){[Console]::Error.WriteLine('the firewall cannot be set');exit 4}";
  return [
    `& netsh.exe advfirewall firewall add rule ${rule.map(quoted).join(' ')}|Out-Null`,
    `& netsh.exe advfirewall set allprofiles state on|Out-Null;${orGiveUp}`,
    `& netsh.exe advfirewall set allprofiles firewallpolicy 'blockinbound,blockoutbound'|Out-Null;${orGiveUp}`,
  ];
}
