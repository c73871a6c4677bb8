import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { archives } from './archives.ts';

/** Reads a few of the files, without the question that Python asks of late: whether they lie within each other. */
const readSome = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as archive:
    infos = archive.infolist()
    for info in (infos[0], infos[500], infos[-1]):
        if hasattr(info, "_end_offset"): info._end_offset = None
        print(len(infos), info.filename, len(archive.read(info)))
    print(sum(info.file_size for info in infos) // 1024**3, sum(info.compress_size for info in infos[:1]) < 1024**2)
`;

test('a zip of overlaps unpacks to gigabytes wherever nobody looks for them', async () => {
  await using folder = await temporaryFolder();
  const file = path.join(folder.path, 'evil.zip');
  const made = archives['zip-of-overlaps']?.();
  await writeFile(file, made?.bytes ?? '');
  const { stdout } = await promisify(execFile)('python3', ['-c', readSome, file]);
  expect(stdout.split('\n')).toEqual([
    '1000 evil-1.0/0 67108864',
    '1000 evil-1.0/500 67108864',
    '1000 evil-1.0/999 67108864',
    '62 True',
    '',
  ]);
});
