import type { TracedCommand } from '../../model/evidence.ts';
import { toCommandLine } from './command-line.ts';
import { quoted } from './powershell.ts';

/**
 * Runs a command as the login's own user, its output being the script's. Two marker processes, children of this
 * script as the command is, bound in the trace what is the command's: `rem` does nothing, but has a command line.
 */
export function commandScript(command: TracedCommand, nonce: string): string {
  const [file = '', ...args] = command.argv;
  return [
    '$p=New-Object Diagnostics.ProcessStartInfo',
    `$p.FileName=${quoted(file)};$p.Arguments=${quoted(toCommandLine(args))}`,
    `$p.WorkingDirectory=${quoted(command.cwd)};$p.UseShellExecute=$false`,
    ...Object.entries(command.env).map(
      ([name, value]) => `$p.EnvironmentVariables[${quoted(name)}]=${quoted(value)}`,
    ),
    marker('begin', nonce),
    'try{$r=[Diagnostics.Process]::Start($p)}catch{[Console]::Error.WriteLine($_.Exception.Message);exit 127}',
    '$r.WaitForExit()',
    marker('end', nonce),
    'exit $r.ExitCode',
  ].join('\n');
}

/** The command line of a marker process, as the kernel logger shows it. */
function marker(which: 'begin' | 'end', nonce: string): string {
  return `& cmd.exe /d /c ${quoted(`rem buildhaus ${which} ${nonce}`)}`;
}

/** How often processes are looked for that others of the user started while they were ended, and the pause between. */
const endingPasses = 20;
const passMs = 250;

/**
 * Prints what an ordinary user still runs after `lingerMs`, as `pid base64(command line)`, and ends it; fails when it
 * cannot. The user's own SSH session is not the package's, but only a program that Windows keeps is of that.
 */
export function survivorsScript(user: string, lingerMs: number): string {
  return [
    "$ErrorActionPreference='Continue'",
    `$u=${quoted(user)};$until=[DateTime]::UtcNow.AddMilliseconds(${Math.max(0, Math.floor(lingerMs))})`,
    '$s="$env:SystemRoot\\System32";$ssh=foreach($f in "$s\\OpenSSH","$env:ProgramFiles\\OpenSSH"){"$f\\sshd.exe","$f\\sshd-session.exe"}',
    '$own=@("$s\\conhost.exe")+$ssh;$told=@{}',
    'function Get-Left{Get-CimInstance Win32_Process|Where-Object{$_.ExecutablePath -notin $own -and' +
      ' (Invoke-CimMethod -InputObject $_ -MethodName GetOwner).User -eq $u}}',
    'while(@(Get-Left).Count -gt 0 -and [DateTime]::UtcNow -lt $until){Start-Sleep -Milliseconds 500}',
    `for($i=0;$i -lt ${endingPasses} -and ($left=@(Get-Left)).Count -gt 0;$i++){foreach($x in $left){`,
    'if(-not $told[$x.ProcessId]){$told[$x.ProcessId]=$true;' +
      '"$($x.ProcessId) $([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes("$($x.CommandLine)")))"}',
    `Stop-Process -Id $x.ProcessId -Force -ErrorAction SilentlyContinue};Start-Sleep -Milliseconds ${passMs}}`,
    "if(@(Get-Left).Count -gt 0){[Console]::Error.WriteLine('what the command left running cannot be ended');exit 5}",
    'exit 0',
  ].join('\n');
}

/** Prints the machine's name and its user's folder, which a session is made of. */
export function greetingScript(): string {
  return "[Environment]::MachineName;[Environment]::GetFolderPath('UserProfile');exit 0";
}
