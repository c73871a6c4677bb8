/**
 * The one encoder for what is sent to a Windows machine. The login shell (cmd.exe) is only ever given `bootstrap`, a
 * constant; the script comes on standard input in base64, so neither cmd's rules nor its limit of 8191 characters touch
 * it. Texts inside a script are literals of `quoted`.
 */

/** Reads one line of base64 from standard input and runs it as a script, which finds what follows in `$in`. */
const reader = [
  '$in=[Console]::OpenStandardInput();$l=New-Object IO.MemoryStream',
  'while(($c=$in.ReadByte()) -gt 10){$l.WriteByte($c)}',
  '$s=[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Text.Encoding]::ASCII.GetString($l.ToArray())))',
  '& ([ScriptBlock]::Create($s))',
].join(';');

/** The command line that runs every script: words of letters, digits and `+/=-.` only, the same in cmd and PowerShell. */
export const bootstrap = [
  'powershell.exe',
  '-NoProfile',
  '-NonInteractive',
  '-ExecutionPolicy',
  'Bypass',
  '-EncodedCommand',
  Buffer.from(reader, 'utf16le').toString('base64'),
] as const;

/** What is written to the standard input of `bootstrap`: the script, then bytes for it to read from `$in`. */
export function encodeScript(script: string, input: Uint8Array = new Uint8Array()): Uint8Array {
  // A failing command ends the script, and no progress bar is drawn into standard error.
  const whole = `$ErrorActionPreference='Stop';$ProgressPreference='SilentlyContinue'\n${script}`;
  const line = `${Buffer.from(whole, 'utf8').toString('base64')}\n`;
  return Buffer.concat([Buffer.from(line, 'latin1'), input]);
}

/**
 * A text as a PowerShell literal. PowerShell takes the typographic quotes for quotes too; NUL would end the text in
 * every system call, so it is refused.
 */
export function quoted(text: string): string {
  if (text.includes('\0')) throw new Error('a text for a machine contains NUL');
  return `'${text.replace(/['\u2018-\u201B]/g, '$&$&')}'`;
}

/** A list of texts as a PowerShell array. */
export function quotedList(texts: readonly string[]): string {
  return `@(${texts.map(quoted).join(',')})`;
}

/** Refuses what cmd.exe would not take as it stands: our command lines are constants, so this is a bug of ours. */
export function plainWord(word: string): string {
  if (!/^[A-Za-z0-9+/=.-]+$/.test(word)) throw new Error(`not a plain word for cmd.exe: ${word}`);
  return word;
}
