import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertDefined } from '../../base/assert.ts';
import { UserError } from '../../base/user-error.ts';
import type { Progress } from '../../model/ports.ts';
import type { PlatformId } from '../../model/run.ts';
import { step } from '../../model/step.ts';
import { runProgram } from '../host/run-program.ts';
import { shippedPath } from '../host/shipped-path.ts';
import { createKeyPair } from '../ssh/create-key-pair.ts';
import { buildBase } from './build-base.ts';
import { buildFolder } from './build-folder.ts';
import { computeDigests } from './digest.ts';
import { hashParts } from './hash-parts.ts';
import { type Image, imageFiles, imageFolder, readImage } from './image.ts';
import { readImageRecipe } from './image-recipe.ts';

/** What building an image needs to know. */
export interface BuildOptions {
  readonly platform: PlatformId;
  /** A Debian mirror; left out, mmdebstrap's own default. */
  readonly mirror?: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The image of a platform as this program would build it now; built when it is not there. Safe to repeat and to cut off. */
export async function buildImage(options: BuildOptions): Promise<Image> {
  const recipe = await readImageRecipe(options.platform);
  const digests = await computeDigests(recipe);
  const folder = imageFolder(recipe.platform, digests.image);
  const present = await readImage(folder);
  if (present) return present;
  const base = await buildBase({ ...options, recipe, digest: digests.base });
  await buildFolder(folder, options.signal, temporary =>
    step(options, 'agent and keys', async () => {
      await buildAgentFolder(temporary, base, options.signal);
      const tracer = await askTracer(join(base, 'tracer'));
      const { sha256, bytes } = await hashParts(temporary, imageFiles);
      const manifest = {
        schema: 1,
        platform: recipe.platform,
        python: recipe.python,
        user: recipe.user,
        digest: digests.image,
        base: digests.base,
        builtAt: new Date().toISOString(),
        tracer,
        sha256,
        bytes,
      };
      await writeFile(join(temporary, 'image.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    }),
  );
  return assertDefined(await readImage(folder), 'the image that was just built');
}

/** What a guest has at /run/agent: the agent, its tracer, the probes and this image's own keys. */
async function buildAgentFolder(folder: string, base: string, signal: AbortSignal): Promise<void> {
  const agent = join(folder, 'agent');
  await mkdir(join(agent, 'ssh'), { recursive: true });
  await cp(join(base, 'tracer'), join(agent, 'tracer'), { recursive: true });
  const probes = shippedPath('guest/probes');
  await cp(probes, join(agent, 'probes'), { recursive: true, filter: path => !path.endsWith('__pycache__') });
  await compileAgent(join(base, 'tree'), join(agent, 'agent'), signal);
  const host = createKeyPair();
  const client = createKeyPair();
  await writeFile(join(agent, 'ssh/host_key'), host.private, { mode: 0o600 });
  await writeFile(join(agent, 'ssh/authorized_keys'), `${client.public}\n`);
  await writeFile(join(folder, 'host-key.pub'), `${host.public}\n`);
  await writeFile(join(folder, 'client-key'), client.private, { mode: 0o600 });
  await chmod(agent, 0o700);
  await expectSuccess(
    await runProgram(
      // Not compressed: unpacking costs an emulated machine more than reading does.
      [
        'mksquashfs',
        agent,
        join(folder, 'agent.squashfs'),
        '-all-root',
        '-noappend',
        '-no-xattrs',
        '-noI',
        '-noD',
        '-noF',
        '-noX',
        '-quiet',
        '-no-progress',
      ],
      { signal },
    ),
    'mksquashfs',
  );
}

/** Compiles the agent with the compiler of the guest itself, the tree read-only around it: the host needs none. */
async function compileAgent(tree: string, target: string, signal: AbortSignal): Promise<void> {
  const sources = shippedPath('guest/agent');
  const work = await mkdtemp(join(tmpdir(), 'buildhaus-agent-'));
  try {
    await cp(sources, work, { recursive: true });
    const jail = [
      'bwrap',
      '--unshare-all',
      '--die-with-parent',
      '--clearenv',
      '--setenv',
      'PATH',
      '/usr/bin:/bin',
    ] as const;
    const binds = [
      '--ro-bind',
      tree,
      '/',
      '--dev',
      '/dev',
      '--proc',
      '/proc',
      '--tmpfs',
      '/tmp',
      '--bind',
      work,
      '/mnt',
    ];
    await expectSuccess(
      await runProgram([...jail, ...binds, 'make', '-C', '/mnt', '-B', 'agent'], { signal }),
      'compiling the agent',
    );
    await cp(join(work, 'agent'), target);
    await chmod(target, 0o755);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function askTracer(folder: string): Promise<string> {
  const loader = join(folder, 'lib/ld-linux-x86-64.so.2');
  const result = await runProgram([
    loader,
    '--library-path',
    join(folder, 'lib'),
    join(folder, 'strace'),
    '-V',
  ]);
  return /version (\S+)/.exec(result.stdout)?.[1] ?? 'unknown';
}

async function expectSuccess(
  result: { readonly code: number | null; readonly stderr: string },
  what: string,
): Promise<void> {
  if (result.code === 0) return;
  throw new UserError(`${what} failed: ${result.stderr.trim().split('\n').at(-1) ?? ''}`, { kind: 'host' });
}
