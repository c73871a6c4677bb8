import { clip } from '../base/clip.ts';
import type { Activity, SeenAct, SeenProcess } from '../model/activity.ts';
import type { Query, Row } from '../model/ports.ts';
import { type Sql, sql } from '../store/tables/sql-text.ts';

/** Most entries of each list. */
export const maxActs = 100;
/** Most processes of the tree, and how deep it is followed: a fork bomb has more. */
export const maxTree = 200;
export const maxDepth = 32;
/** Most processes among which the tree is looked for, those first that were seen first. */
export const maxProcesses = 10_000;
/** Longest command line or path in it; the events have them whole. */
export const maxText = 400;

/** Asks a run's events what its processes did. What only asks or reads comes after what changes something. */
export async function readActivity(query: Query): Promise<Activity> {
  const processes = await query(treeSql.text);
  const tree = toTree(processes).slice(0, maxTree);
  const files = await acts(
    query,
    sql`kind LIKE 'file.%' AND kind NOT IN (${quiet}) AND path IS NOT NULL`,
    sql`path`,
  );
  const registry = await acts(query, sql`kind LIKE 'registry.%' AND path IS NOT NULL`, sql`path`);
  const address = sql`concat_ws(' ', proto, concat(raddr, ':', rport))`;
  const network = await acts(query, sql`kind LIKE 'net.%' AND raddr IS NOT NULL`, address);
  const names = await acts(query, sql`kind = 'net.dns' AND host IS NOT NULL`, sql`host`);
  return {
    processes: tree,
    files: files.shown,
    registry: registry.shown,
    network: network.shown,
    names: names.shown,
    more: {
      processes: totalOf(processes) - tree.length,
      files: files.more,
      registry: registry.more,
      network: network.more,
      names: names.more,
    },
  };
}

/** Looking for a file or at its attributes is not told: there is too much of it. */
const quiet = sql`'file.stat', 'file.access', 'file.readlink', 'file.map', 'file.chdir', 'file.list'`;

/** What changes something first; then what is done by processes that the trace saw start. */
const weightSql = sql`CASE WHEN kind IN ('file.write', 'file.create', 'file.delete', 'file.rename', 'file.link',
    'registry.set', 'registry.create', 'registry.delete', 'net.connect', 'net.accept') THEN 0 ELSE 1 END`;

async function acts(query: Query, where: Sql, what: Sql): Promise<{ shown: SeenAct[]; more: number }> {
  const rows = await query(
    sql`SELECT *, count(*) OVER () AS total FROM (
      SELECT kind, left(${what}, ${maxText + 1}) AS what, pid, sum(coalesce(times, 1))::BIGINT AS times, min(seq) AS first,
        min(${weightSql}) AS weight, bool_or(proc IN (SELECT child FROM events WHERE kind = 'process.fork')) AS began
      FROM events WHERE ok IS NOT FALSE AND ${where} GROUP BY ALL)
    ORDER BY began DESC, weight, first LIMIT ${maxActs}`.text,
  );
  return { shown: rows.map(toAct), more: totalOf(rows) - rows.length };
}

/** How many rows there are with those beyond the limit. */
function totalOf(rows: readonly Row[]): number {
  return Number(rows[0]?.['total'] ?? 0);
}

function toAct(row: Row): SeenAct {
  return {
    kind: String(row['kind']),
    what: clip(String(row['what']), maxText),
    pid: Number(row['pid']),
    times: Number(row['times']),
  };
}

/** Of a process that nobody made, that made nobody and that nothing names, the other lists tell all there is. */
const treeSql = sql`SELECT p.proc, p.parent, p.pid, p.exe, p.argv, p.exit_code, f.proc IS NOT NULL AS found,
    count(*) OVER () AS total
  FROM processes p
  LEFT JOIN (SELECT DISTINCT child AS proc FROM events WHERE kind = 'process.found') f ON f.proc = p.proc
  WHERE p.exe IS NOT NULL OR p.proc IN (SELECT parent FROM processes) OR p.parent IN (SELECT proc FROM processes)
  ORDER BY p.proc LIMIT ${maxProcesses}`;

/** Depth first, from those without a parent; a circle of parents, as only a forged trace has, is left out. */
function toTree(rows: readonly Row[]): readonly SeenProcess[] {
  const known = new Set(rows.map(row => row['proc']));
  const children = new Map<unknown, Row[]>();
  for (const row of rows) {
    const parent = known.has(row['parent']) ? row['parent'] : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [row]);
    else siblings.push(row);
  }
  const tree: SeenProcess[] = [];
  const open = (children.get(null) ?? []).map(row => ({ row, depth: 0 })).reverse();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { row, depth } = next;
    tree.push(toProcess(row, depth));
    const below = depth < maxDepth ? (children.get(row['proc']) ?? []) : [];
    for (const child of below.toReversed()) open.push({ row: child, depth: depth + 1 });
  }
  return tree;
}

function toProcess(row: Row, depth: number): SeenProcess {
  const words = Array.isArray(row['argv']) ? row['argv'].map(String) : [];
  const program = typeof row['exe'] === 'string' ? row['exe'] : `process ${String(row['pid'])}`;
  return {
    pid: Number(row['pid']),
    depth,
    command: clip(words.length > 0 ? words.join(' ') : program, maxText),
    wasFound: row['found'] === true,
    exit_code: typeof row['exit_code'] === 'number' ? row['exit_code'] : null,
  };
}
