import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { fillTemplate, listMachines, readMachine } from '../../../src/sandbox/windows/machine-file.ts';
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

  test('that cannot be read is refused by its name, as what the user can mend', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'x.json');
    await mkdir(file);
    const refusal = { name: 'UserError', message: expect.stringContaining(`${file} cannot be read: EISDIR`) };
    await expect(readMachine(file)).rejects.toMatchObject(refusal);
  });

  test('that is broken stands in no other way, and is told', async () => {
    await using folder = await temporaryFolder();
    await copyFile(join(examples, 'libvirt.json'), join(folder.path, 'b.json'));
    await mkdir(join(folder.path, 'a.json'));
    await writeFile(join(folder.path, 'c.json'), '{');
    const { machines, broken } = await listMachines(folder.path);
    expect(machines).toEqual([await readMachine(join(examples, 'libvirt.json'))]);
    const told = broken.map(error => error.message);
    expect(told).toEqual([
      expect.stringMatching(/a\.json cannot be read/),
      expect.stringMatching(/c\.json: not JSON/),
    ]);
  });

  test('is not needed: no folder is no machine', async () => {
    expect(await listMachines('/nonexistent')).toEqual({ machines: [], broken: [] });
  });

  test('is told to be out of reach where its folder cannot be read', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'machines');
    await writeFile(file, '');
    const { broken } = await listMachines(file);
    expect(broken.map(error => error.message)).toEqual([
      expect.stringContaining(`${file} cannot be read: ENOTDIR`),
    ]);
  });
});
