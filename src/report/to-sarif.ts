import { jsonText } from '../base/json-text.ts';
import type { Evidence, Finding, Severity } from '../model/finding.ts';
import type { Run } from '../model/run.ts';
import { sarifMessage } from './encode/sarif-message.ts';
import { shown } from './encode/shown.ts';
import { placeOfFrame, toUri } from './facts/file-place.ts';
import { chainLine, evidenceLine, seenFacts, titleOf, worstFirst, worthFacts } from './facts/run-facts.ts';
import type { Report } from './report.ts';

/**
 * SARIF 2.1.0, as GitHub's code scanning takes it: one run for each of ours, results with a file, stable fingerprints,
 * and the events as a code flow. Evidence that is not complete is an invocation that did not succeed.
 */
export function toSarif({ runs }: Report): string {
  const document = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: runs.map(({ run, exitCode }) => sarifRun(run, exitCode)),
  };
  return `${jsonText(document, 2)}\n`;
}

const levels = {
  info: 'note',
  low: 'note',
  medium: 'warning',
  high: 'error',
  critical: 'error',
} as const satisfies Record<Severity, string>;

/** The scale of CVSS, by which GitHub sorts; a number in a text, as it wants it. */
const securitySeverities = {
  info: '1.0',
  low: '3.0',
  medium: '5.5',
  high: '8.0',
  critical: '9.5',
} as const satisfies Record<Severity, string>;

function sarifRun(run: Run, exitCode: number): object {
  const findings = worstFirst(run.findings);
  const rules = [...new Map(findings.map(finding => [finding.rule, finding])).values()];
  const position = new Map(rules.map((finding, index) => [finding.rule, index]));
  return {
    tool: { driver: { name: 'Buildhaus', version: shown(run.buildhaus), rules: rules.map(ruleOf) } },
    automationDetails: { id: automationId(run) },
    invocations: [invocationOf(run, exitCode)],
    columnKind: 'utf16CodeUnits',
    results: findings.map(finding => ({
      ruleIndex: position.get(finding.rule) ?? -1,
      ...resultOf(finding, run),
    })),
    properties: { run: shown(run.run), ...shownFacts(run) },
  };
}

/** Longest name of a package in the id of an upload. */
export const maxNameLength = 100;

/**
 * The id under which an upload replaces an earlier one: an analysis of another package or platform does not. GitHub takes
 * it up to its last slash as the category; SARIF wants the parts between slashes without any (2.1.0, 3.5.4).
 */
function automationId({ machine, package: identity }: Run): string {
  const name = encodeURIComponent(shown(identity.name ?? identity.file, maxNameLength));
  return `buildhaus/${shown(machine.platform)}/${name || '-'}/`;
}

function shownFacts(run: Run): object {
  const facts = Object.entries(worthFacts(run)).map(([name, fact]) => [name, shown(fact)]);
  return Object.fromEntries(facts);
}

function ruleOf({ rule, severity, title }: Finding): object {
  const text = sarifMessage(title);
  return {
    id: shown(rule),
    shortDescription: { text },
    fullDescription: { text },
    help: { text: sarifMessage(`${title}. What it asks, in words and SQL: buildhaus rules explain ${rule}`) },
    defaultConfiguration: { level: levels[severity] },
    properties: { tags: ['security'], 'security-severity': securitySeverities[severity] },
  };
}

function invocationOf(run: Run, exitCode: number): object {
  const { integrity, reasons } = run.verdict;
  const started = Date.parse(run.started_at);
  return {
    executionSuccessful: integrity === 'complete',
    exitCode,
    ...(Number.isNaN(started)
      ? {}
      : {
          startTimeUtc: new Date(started).toISOString(),
          endTimeUtc: new Date(started + run.duration_ms).toISOString(),
        }),
    toolExecutionNotifications: [...reasons, seenFacts(run).join(', ')].map(text => ({
      level: integrity === 'complete' ? 'note' : 'warning',
      message: { text: sarifMessage(text) },
    })),
  };
}

function resultOf(finding: Finding, run: Run): object {
  const [first] = finding.evidence;
  const evidence = first === undefined ? '' : `: ${evidenceLine(first)}`;
  const text = `${finding.title} in ${finding.phase} of ${titleOf(run.package)}${evidence}`;
  const location = { physicalLocation: placeOf(first) };
  return {
    ruleId: shown(finding.rule),
    level: levels[finding.severity],
    message: { text: sarifMessage(text) },
    locations: [location],
    occurrenceCount: Math.max(1, finding.matches),
    // The one key by which GitHub tells that two results of two uploads are one.
    partialFingerprints: { primaryLocationLineHash: fingerprintOf(finding) },
    ...(finding.evidence.length === 0 ? {} : { codeFlows: [codeFlowOf(finding.evidence)] }),
    properties: { task: shown(finding.task), phase: finding.phase, severity: finding.severity },
  };
}

function codeFlowOf(evidence: readonly Evidence[]): object {
  const locations = evidence.map((one, index) => {
    const chain = one.chain.length === 0 ? '' : `, by ${chainLine(one.chain)}`;
    const message = { text: sarifMessage(`${evidenceLine(one)}${chain}`) };
    return { executionOrder: index + 1, location: { physicalLocation: placeOf(one), message } };
  });
  return { threadFlows: [{ locations }] };
}

/** GitHub drops results without a file: what has no line of its own is shown at the project's description. */
function placeOf(evidence: Evidence | undefined): object {
  const { path, line } = placeOfFrame(evidence?.frame ?? null) ?? { path: 'pyproject.toml', line: 1 };
  return { artifactLocation: { uri: toUri(path) }, region: { startLine: line } };
}

/** The same for the same rule, phase and file, whatever the process ids, temporary names and versions of a run. */
function fingerprintOf({ rule, phase, evidence }: Finding): string {
  const what = evidence[0]?.summary.replace(/[0-9a-f]{8,}|\d+/gi, 'N') ?? '';
  return `${fnv1a(`${rule}\n${phase}\n${what}`)}:1`;
}

/** FNV-1a, 64 bits: short and the same everywhere; nobody's safety rests on it. */
function fnv1a(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
