import { createHash } from 'node:crypto';
import { etlFile } from '../../helpers/etl/etl-file.ts';
import { windowsStory } from '../../helpers/etl/windows-story.ts';
import type { Received, Script } from './scripted-windows.ts';

const kernel = windowsStory({ isBounded: true });
const providers = etlFile([]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * What an honest machine answers to each of our scripts, whose traces are these, the kernel's one by the nonce of the last
 * command's markers. Entries put before these win.
 */
export function honestWith(kernelOf: (nonce: string) => Uint8Array, providers: Uint8Array): Script {
  const kernel = (all: readonly Received[]) => kernelOf(lastNonce(all));
  return [
    ["GetFolderPath('UserProfile')", { stdout: 'MIRA-PC\r\nC:\\Users\\mira\r\n' }],
    ['blockoutbound', {}],
    ['-3.12 -m venv', {}],
    ['[IO.File]::Create', received => ({ stdout: `${sha256(received.input)}\r\n` })],
    ['$q=(& logman.exe query', (_, all) => ({ stdout: finished(kernel(all), providers) })],
    ['logman.exe stop', {}],
    ["'create' 'trace'", { stdout: '134116992000000000\r\nMicrosoft Windows NT 10.0.22631.0\r\n' }],
    ['Win32_Process', {}],
    ["if(Test-Path 'C:\\buildhaus\\run\\hints')", { stdout: '{"hint":"reason","text":"went well"}\n' }],
    ["Open('C:\\buildhaus\\trace\\kernel.etl'", (_, all) => ({ stdout: kernel(all) })],
    ["Open('C:\\buildhaus\\trace\\providers.etl'", { stdout: providers }],
    ['Get-ChildItem', { stdout: listed({}) }],
    ['Diagnostics.ProcessStartInfo', { stdout: 'hello from Windows\r\n', stderr: 'a warning\r\n' }],
  ];
}

export const honest = honestWith(() => kernel, providers);

function lastNonce(all: readonly Received[]): string {
  const nonces = all.flatMap(({ script }) => /rem buildhaus begin ([0-9a-f]{32})/.exec(script)?.[1] ?? []);
  return nonces.at(-1) ?? '';
}

/** What a machine lists, its files by path and bytes. */
export function listed(files: Readonly<Record<string, number>>): string {
  const lines = Object.entries(files).map(([path, bytes]) => {
    const time = 134_116_992_000_000_000n + BigInt(bytes);
    return `f ${bytes} ${time} ${Buffer.from(path).toString('base64')}`;
  });
  return [...lines, `end ${lines.length}`, ''].join('\r\n');
}

/** What logman says at the end of a task, about files of these contents. */
export function finished(first: Uint8Array, second: Uint8Array, lost = 0): string {
  const lines = [first, second].flatMap(bytes => [`lost=${lost}`, `file=${bytes.length} ${sha256(bytes)}`]);
  return `${lines.join('\r\n')}\r\n`;
}

export { kernel, providers };
