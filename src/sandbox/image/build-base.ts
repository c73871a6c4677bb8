import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../../base/user-error.ts';
import type { Progress } from '../../model/ports.ts';
import { step } from '../../model/step.ts';
import { shippedPath } from '../host/shipped-path.ts';
import { buildFolder } from './build-folder.ts';
import { basesFolder, exists } from './cache.ts';
import { checkPython } from './check-python.ts';
import { hashParts } from './hash-parts.ts';
import { baseFiles } from './image.ts';
import type { ImageRecipe } from './image-recipe.ts';
import { missingTreeRoot, runAsTreeRoot } from './tree-root.ts';

/** What making an operating system needs to know. */
export interface BaseOptions {
  readonly recipe: ImageRecipe;
  readonly digest: string;
  /** A Debian mirror; left out, mmdebstrap's own default. */
  readonly mirror?: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Makes the operating system of an image: a Debian tree, its disk and kernel, and the tracer. Skips what is there. */
export async function buildBase(options: BaseOptions): Promise<string> {
  const folder = join(basesFolder(), options.digest);
  if (await exists(join(folder, 'base.json'))) return folder;
  const fix = await missingTreeRoot();
  if (fix !== undefined) {
    throw new UserError('this user cannot build images: it has no subordinate ids', {
      kind: 'host',
      help: `run: ${fix}`,
    });
  }
  await buildFolder(folder, options.signal, async temporary => {
    await step(options, `Debian ${options.recipe.suite} (250 MB download, 1-3 minutes)`, () =>
      buildTree(temporary, options),
    );
    await step(options, `tracer from Debian ${options.recipe.tracerSuite}`, () =>
      buildTracer(temporary, options),
    );
    await step(options, 'disk', () => buildDisk(temporary, options));
    await step(options, 'hashes', () => writeManifest(temporary));
  });
  return folder;
}

async function buildTree(folder: string, options: BaseOptions): Promise<void> {
  const { recipe } = options;
  const leaveOut = recipe.leaveOut.map(pattern => `--dpkgopt=path-exclude=${pattern}`);
  const env = {
    BUILDHAUS_USER: recipe.user,
    BUILDHAUS_MODULES: recipe.modules.join(' '),
    BUILDHAUS_OUT: join(folder, 'boot'),
  };
  await runAsTreeRoot(
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=minbase',
      '--architectures=amd64',
      `--include=${recipe.packages.join(',')}`,
      ...leaveOut,
      `--customize-hook=${shippedPath('images/common/customize')}`,
      recipe.suite,
      join(folder, 'tree'),
      ...mirrorLines(recipe.suite, options.mirror),
    ],
    { signal: options.signal, env, onLine: line => options.progress.note(line.replace(/^I: /, '')) },
  );
  await runAsTreeRoot(['mv', join(folder, 'boot/vmlinuz'), join(folder, 'boot/initrd.img'), folder], {
    signal: options.signal,
  });
  await rm(join(folder, 'boot'), { recursive: true });
  await checkPython(join(folder, 'tree'), recipe);
}

/** Only the tracer, its loader and its libraries: nothing of the suite it comes from is installed or run. */
async function buildTracer(folder: string, options: BaseOptions): Promise<void> {
  const { tracerSuite } = options.recipe;
  const source = join(folder, 'tracer-tree');
  const target = join(folder, 'tracer');
  await runAsTreeRoot(
    [
      'mmdebstrap',
      '--mode=root',
      '--variant=extract',
      '--architectures=amd64',
      '--include=strace',
      tracerSuite,
      source,
      ...mirrorLines(tracerSuite, options.mirror),
    ],
    { signal: options.signal, onLine: line => options.progress.note(line.replace(/^I: /, '')) },
  );
  const libraries = join(source, 'usr/lib/x86_64-linux-gnu');
  const wanted = (await readdir(libraries)).filter(name =>
    /^(?:ld-linux|lib(?:c|m|unwind|lzma|dw|elf|z)\b)/.test(name),
  );
  await mkdir(join(target, 'lib'), { recursive: true });
  const copy = ['cp', '--dereference', '--preserve=mode'] as const;
  await runAsTreeRoot([...copy, join(source, 'usr/bin/strace'), target], options);
  await runAsTreeRoot([...copy, ...wanted.map(name => join(libraries, name)), join(target, 'lib')], options);
  await runAsTreeRoot(['rm', '-rf', source], options);
}

/** No loop device and no mount: the file system is written by the tool that makes it. */
async function buildDisk(folder: string, options: BaseOptions): Promise<void> {
  // A journal protects against power loss; a guest that lost its power is thrown away.
  const features = ['-O', '^has_journal', '-m', '0', '-E', 'lazy_itable_init=1,nodiscard'];
  const size = `${Math.floor(options.recipe.diskBytes / 1024)}k`;
  const raw = join(folder, 'disk.raw');
  await runAsTreeRoot(['mke2fs', '-q', '-t', 'ext4', '-d', join(folder, 'tree'), ...features, raw, size], {
    ...options,
    env: { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
  });
  // Without its holes the disk can be hashed and copied in the time its content takes.
  const convert = ['qemu-img', 'convert', '-f', 'raw', '-O', 'qcow2'] as const;
  await runAsTreeRoot([...convert, raw, join(folder, 'disk.qcow2')], options);
  await rm(raw);
}

async function writeManifest(folder: string): Promise<void> {
  const [kernel] = await readdir(join(folder, 'tree/lib/modules'));
  const { sha256, bytes } = await hashParts(folder, baseFiles);
  const manifest = {
    schema: 1,
    builtAt: new Date().toISOString(),
    kernel: kernel ?? 'unknown',
    sha256,
    bytes,
  };
  await writeFile(join(folder, 'base.json'), `${JSON.stringify(manifest, null, 2)}\n`);
}

function mirrorLines(suite: string, mirror: string | undefined): readonly string[] {
  return mirror === undefined ? [] : [`deb ${mirror} ${suite} main`];
}
