import { expect, test } from 'vitest';
import { MAX_VOLUMES, Volumes } from '../../../../src/tracers/etw/state/volumes.ts';

const { raw } = String;

test('names of the kernel become what people write, as far as the trace says', () => {
  const volumes = new Volumes();
  volumes.add('\\Device\\HarddiskVolume2\\', 'C:\\');
  volumes.add('\\SystemRoot\\', 'C:\\Windows\\');
  volumes.add('\\??\\', '');
  const cases: readonly (readonly [name: string, path: string, isGuess: boolean])[] = [
    [raw`\Device\HarddiskVolume2\Windows\x`, raw`C:\Windows\x`, false],
    [raw`\DEVICE\HARDDISKVOLUME2\x`, raw`C:\x`, false],
    ['\\Device\\HarddiskVolume2', 'C:\\', false],
    [raw`\Device\HarddiskVolume22\x`, raw`\Device\HarddiskVolume22\x`, true],
    [raw`\SystemRoot\System32\x`, raw`C:\Windows\System32\x`, false],
    [raw`\??\c:\x`, raw`C:\x`, false],
    [raw`\??\UNC\server\share`, raw`\\server\share`, false],
    [raw`\??\Volume{1}\x`, raw`\??\Volume{1}\x`, false],
    [raw`\\?\C:\x`, raw`C:\x`, false],
    [raw`\\server\share\x`, raw`\\server\share\x`, false],
    [raw`\Device\Mup\server\share\x`, raw`\\server\share\x`, false],
    [raw`\Device\Mup\;LanmanRedirector\;Z:0000000000012345\server\x`, raw`\\server\x`, false],
    [raw`\Device\Mup\DfsClient\;Z:0000000000020d40\server\x`, raw`\\server\x`, false],
    [raw`\Device\NamedPipe\pip`, raw`\\.\pipe\pip`, false],
    [raw`\Device\Afd\Endpoint`, raw`\Device\Afd\Endpoint`, false],
    [raw`\Windows\x`, raw`\Windows\x`, true],
    ['d:\\x', 'D:\\x', false],
    ['', '', false],
    ['\\', '\\', false],
    ['\\Device', '\\Device', false],
  ];
  for (const [name, path, isGuess] of cases) expect(volumes.toDosPath(name), name).toEqual({ path, isGuess });
});

test('a trace may name only so many volumes', () => {
  const volumes = new Volumes();
  for (let index = 0; index <= MAX_VOLUMES; index += 1) volumes.add(`\\Device\\V${index}`, 'X:');
  expect(volumes.toDosPath(`\\Device\\V${MAX_VOLUMES - 1}\\x`).path).toBe('X:\\x');
  expect(volumes.toDosPath(`\\Device\\V${MAX_VOLUMES}\\x`).path).toBe(`\\Device\\V${MAX_VOLUMES}\\x`);
});
