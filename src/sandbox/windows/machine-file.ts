import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../base/message-of.ts';
import { UserError } from '../../base/user-error.ts';
import { boundaries } from '../../model/run.ts';
import { homeFolder } from '../host/home-folder.ts';

/** One host program and its arguments; `{name}` stands for one of the file's `values`. */
const argvTemplate = z.array(z.string()).min(1);

const login = z.strictObject({
  user: z.string().min(1),
  /** The file with the private key, OpenSSH's spelling; `~/` is this user's home. */
  key: z.string().min(1),
});

const machineFileSchema = z.strictObject({
  platform: z.string().regex(/^windows-[a-z0-9-]+\/[a-z]+-[0-9.]+$/),
  address: z.string().min(1),
  port: z.int().min(1).max(65535).default(22),
  /** The machine's host key to pin, `ssh-ed25519 AAAA...`. */
  hostKey: z.string().regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/]+=*$/),
  /** Starts and stops trace sessions: must be an administrator. */
  administrator: login,
  /** Runs the package. Never an administrator: such a package could end the trace. */
  ordinary: login,
  /** What contains the machine: `strong` for hardware virtualization. */
  boundary: z.enum(boundaries),
  /** Names of the snapshot, the machine, whatever the verbs need. */
  values: z.record(z.string(), z.string()).default({}),
  /** The hypervisor's own commands. `start` may be left out where reverting starts the machine. */
  revert: argvTemplate,
  start: argvTemplate.optional(),
  stop: argvTemplate,
  /** How long the machine may take until it answers over SSH. */
  waitSeconds: z.int().positive().default(180),
  /** The Python that drives the tasks. */
  python: argvTemplate.default(['C:\\Windows\\py.exe', '-3']),
});

/** A machine reached over SSH, and how its hypervisor is told to revert it. */
export type MachineFile = Readonly<z.infer<typeof machineFileSchema>>;

/** Where the files of this user's machines lie, one each. */
export function machinesFolder(): string {
  const config = process.env['XDG_CONFIG_HOME'] || join(homeFolder(), '.config');
  return join(config, 'buildhaus', 'machines');
}

/** The machines that a user has described, and what is wrong with the files that describe none. */
export interface Machines {
  readonly machines: readonly MachineFile[];
  readonly broken: readonly UserError[];
}

/** Reads all files of a folder; one that is broken stands in no other machine's way. No folder is no machine. */
export async function listMachines(folder = machinesFolder()): Promise<Machines> {
  const machines: MachineFile[] = [];
  const broken: UserError[] = [];
  const keep = (error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    broken.push(error);
  };
  const names = await readdir(folder).catch(cause => {
    if (cause.code !== 'ENOENT') keep(unreadable(folder, cause));
    return [];
  });
  for (const name of names.filter(one => one.endsWith('.json')).sort()) {
    await readMachine(join(folder, name)).then(machine => machines.push(machine), keep);
  }
  return { machines, broken };
}

/** Reads one file; throws a `UserError` that names the file, the field and what is wrong with it. */
export async function readMachine(file: string): Promise<MachineFile> {
  const text = await readFile(file, 'utf8').catch(cause => {
    throw unreadable(file, cause);
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file}: not JSON`, { kind: 'usage', help: 'see examples/machines', cause });
  }
  const result = machineFileSchema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new UserError(`${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not a machine'}`, {
    kind: 'usage',
    help: 'see examples/machines',
  });
}

function unreadable(path: string, cause: unknown): UserError {
  return new UserError(`${path} cannot be read: ${messageOf(cause)}`, {
    kind: 'usage',
    help: 'what ends in .json there describes a machine, and has to be a file that you may read',
    cause,
  });
}

/** Fills a verb's `{name}` places; a name the file does not give is the user's error. */
export function fillTemplate(
  machine: MachineFile,
  template: readonly string[],
): readonly [string, ...string[]] {
  const filled = template.map(word =>
    word.replace(/\{([A-Za-z]+)\}/g, (place, name: string) => {
      const value = machine.values[name];
      if (value !== undefined) return value;
      throw new UserError(`${machine.platform}: "${place}" has no value`, {
        kind: 'usage',
        help: `add "${name}" to "values" in the machine's file`,
      });
    }),
  );
  const [program = '', ...rest] = filled;
  return [program, ...rest];
}
