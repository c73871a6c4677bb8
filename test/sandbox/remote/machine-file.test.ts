import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillTemplate, listMachines, readMachine } from '../../../src/sandbox/remote/machine-file.ts';
import { project } from '../../helpers/buildhaus.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

const examples = join(project, 'examples/machines');
const names = (await readdir(examples)).filter(name => name.endsWith('.json'));

describe("a machine's file", () => {
  test.each(names)('example %s can be read, and every verb has its values', async name => {
    const machine = await readMachine(join(examples, name));
    for (const verb of [machine.revert, machine.start ?? ['none'], machine.stop]) {
      expect(fillTemplate(machine, verb).join(' ')).not.toMatch(/\{[A-Za-z]+\}/);
    }
  });

  test('that lacks a field is refused by file and field', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'x.json');
    await writeFile(file, JSON.stringify({ platform: 'windows-11/cpython-3.12' }));
    await expect(readMachine(file)).rejects.toThrow(/x\.json: address: /);
    await writeFile(file, '{');
    await expect(readMachine(file)).rejects.toThrow(/x\.json: not JSON/);
  });

  test('whose verb names a value that is not there is refused by that name', async () => {
    const machine = await readMachine(join(examples, 'libvirt.json'));
    expect(() => fillTemplate(machine, ['virsh', '{nobody}'])).toThrow('"{nobody}" has no value');
  });

  test('is not needed: no folder is no machine', async () => {
    expect(await listMachines('/nonexistent')).toEqual([]);
  });
});
