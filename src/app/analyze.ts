import { stat } from 'node:fs/promises';
import { clipNames } from '../base/clip.ts';
import { UserError } from '../base/user-error.ts';
import type { PackageIndex, Progress, Sandbox } from '../model/ports.ts';
import type { PlatformId, Run } from '../model/run.ts';
import { openFolderIndex } from '../packages/index/folder-index.ts';
import { type IndexSource, toPackageIndex } from '../packages/index/index-source.ts';
import { defaultIndexUrl, openUpstreamIndex } from '../packages/index/upstream-index.ts';
import { type PackageFile, readPackage } from '../packages/package-file.ts';
import { fetchRequirement, parseRequirement, type Requirement } from '../packages/requirement.ts';
import type { RuleBook } from '../policy/evaluate-rules.ts';
import { type Recipe, recipeNamed } from '../runner/recipes.ts';
import { runPackage } from '../runner/run-package.ts';
import { leftOutFlaw } from '../runner/verdict.ts';
import { readStartTime } from '../sandbox/host/process-start-time.ts';
import { createRunWriter } from '../store/run-writer.ts';
import { defaultPlatform } from './default-platform.ts';
import { cleanUp } from './garbage.ts';
import { recordSession } from './journal/record-session.ts';
import { refuseTerminal, requirePlatform, tracerOf } from './platforms.ts';
import { loadRules, toRuleSet } from './rules.ts';
import { newRunId } from './run-id.ts';
import { openSandboxes, refuseWeakBoundaries, type SandboxChoice } from './sandboxes.ts';

/** A package to analyze, and how. */
export interface AnalyzeRequest extends SandboxChoice {
  /** A path, or `name==version`. */
  readonly package: string;
  /** Which file of `name==version` is meant; undefined for its sdist, else its pure wheel. */
  readonly file?: string | undefined;
  /** A folder, the URL of an index or `none`; undefined for PyPI. */
  readonly indexLocation: string | undefined;
  /** Empty for the default one. */
  readonly platforms: readonly PlatformId[];
  readonly recipe: string;
  readonly timeoutMs: number | undefined;
  readonly tty: boolean;
  /** Folders of rules beside ours. */
  readonly ruleFolders: readonly string[];
  /** Where the bundles go. */
  readonly runsFolder: string;
  readonly buildhaus: string;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** What came of each platform: its run, or what kept it from having one. */
export interface Analyzed {
  readonly runs: readonly Run[];
  readonly failures: readonly UserError[];
}

/** Takes a package through its life on each platform, one after the other. All that can be refused is, before a machine starts. */
export async function analyzePackage(request: AnalyzeRequest): Promise<Analyzed> {
  const recipe = recipeNamed(request.recipe);
  const platforms = request.platforms.length === 0 ? [defaultPlatform] : request.platforms;
  for (const platform of platforms) await requirePlatform(platform);
  refuseTerminal(request.tty, platforms);
  await refuseWeakBoundaries(request, platforms);
  const rules = await loadRules(request.ruleFolders);
  const source = await openIndex(request.indexLocation, request.signal);
  const file = await findPackage(request, source);
  await cleanUp(request.runsFolder);
  const sandboxOf = openSandboxes(request);
  const analyze = (platform: PlatformId) => {
    const index = source === undefined ? null : toPackageIndex(source);
    return analyzeOn(platform, { request, recipe, rules, sandboxOf, file, index });
  };
  return analyzeEach(platforms, analyze, request.signal);
}

/**
 * Analyzes on each platform in turn. Before there is a run, what the user can mend ends it; after that it is told beside
 * the runs: what one platform lacks does not hide what was seen on another.
 */
export async function analyzeEach(
  platforms: readonly PlatformId[],
  analyze: (platform: PlatformId) => Promise<Run>,
  signal: AbortSignal,
): Promise<Analyzed> {
  const runs: Run[] = [];
  const failures: UserError[] = [];
  for (const platform of platforms) {
    try {
      runs.push(await analyze(platform));
    } catch (error) {
      signal.throwIfAborted();
      if (runs.length === 0 || !(error instanceof UserError)) throw error;
      failures.push(error);
    }
  }
  return { runs, failures };
}

interface Analysis {
  readonly request: AnalyzeRequest;
  readonly recipe: Recipe;
  readonly rules: RuleBook;
  readonly sandboxOf: (platform: PlatformId) => Promise<Sandbox>;
  readonly file: PackageFile;
  readonly index: PackageIndex | null;
}

async function analyzeOn(platform: PlatformId, analysis: Analysis): Promise<Run> {
  const { request, recipe, rules, sandboxOf, file, index } = analysis;
  const { progress, signal } = request;
  const run = newRunId(new Date());
  const startTime = await readStartTime(process.pid);
  // Before the sandbox, which may build an image: that the folder cannot be written is told at once.
  await using writer = await createRunWriter({ folder: request.runsFolder, run, startTime }, { signal });
  const sandbox = await sandboxOf(platform);
  await using session = await sandbox.restore(platform, signal);
  const clock = { nowMs: Date.now };
  const recorded = await recordSession(session, { journal: writer, clock, hasIndex: index !== null });
  const sealed = await runPackage({
    ...recorded,
    writer,
    tracer: tracerOf(platform),
    rules: toRuleSet(rules, { run, home: session.machine.home }),
    package: file.identity,
    bytes: file.bytes,
    leftOut: file.leftOut,
    recipe,
    index,
    progress,
    buildhaus: request.buildhaus,
    ...(request.timeoutMs === undefined ? {} : { timeoutMs: request.timeoutMs }),
    tty: request.tty,
    signal,
  });
  progress.note(`kept in ${sealed.folder}`);
  return sealed.run;
}

async function openIndex(index: string | undefined, signal: AbortSignal): Promise<IndexSource | undefined> {
  if (index === 'none') return undefined;
  if (index === undefined) return openUpstreamIndex(defaultIndexUrl, signal);
  return /^https?:\/\//i.test(index) ? openUpstreamIndex(index, signal) : openFolderIndex(index);
}

/** What lies on the disk wins over what an index might have under that name. */
async function findPackage(request: AnalyzeRequest, source: IndexSource | undefined): Promise<PackageFile> {
  const { package: given, file, progress } = request;
  const requirement = parseRequirement(given);
  const isThere = await stat(given).then(
    () => true,
    () => false,
  );
  if (requirement === undefined || isThere) {
    if (file === undefined) return readAndSay(given, progress);
    throw new UserError(`--file ${file}: ${given} is one file already`, {
      kind: 'usage',
      help: '--file says which file of name==version is meant',
    });
  }
  if (source === undefined) {
    throw new UserError(`${given}: there is no such file, and no index to take it from`, {
      kind: 'usage',
      help: 'leave --index none out, or give a file',
    });
  }
  return fetchAndSay(source, { ...requirement, file }, progress);
}

/** What will not be looked at is said before the machine starts, since the report comes late. */
async function readAndSay(given: string, progress: Progress): Promise<PackageFile> {
  const read = await readPackage(given);
  if (read.leftOut.length > 0) progress.start(read.identity.file)('done', leftOutFlaw(read.leftOut).sentence);
  return read;
}

/** A wheel may hold what its sdist does not, and no report names it. */
async function fetchAndSay(
  source: IndexSource,
  requirement: Requirement,
  progress: Progress,
): Promise<PackageFile> {
  const fetched = await fetchRequirement(source, requirement);
  const { identity, others } = fetched;
  if (others.length > 0) {
    const sentence = `not looked at: ${clipNames(others)}; --file NAME takes another file`;
    progress.start(identity.file)('done', sentence);
  }
  return fetched;
}
