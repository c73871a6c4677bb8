import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/user-error.ts';
import type { Event } from '../../src/model/event.ts';
import { homeRegex, maxEvidence } from '../../src/policy/ask-rule.ts';
import { evaluateRules } from '../../src/policy/evaluate-rules.ts';
import { parseVocabulary } from '../../src/policy/parse-rule.ts';
import { maxChainLength } from '../../src/policy/process-chain.ts';
import { testRun } from '../../src/policy/test-rule.ts';
import { ask, askAll, at, open, rule, vocabulary } from './ask.ts';

describe('a finding', () => {
  test('counts every match and shows the first ones', async () => {
    const events = Array.from({ length: maxEvidence + 5 }, (_, index) => open(index, `/a/${index}`));
    const [finding] = await ask('match: { path|glob: "/a/*" }', events);
    expect(finding?.matches).toBe(maxEvidence + 5);
    expect(finding?.evidence.map(one => one.summary)).toEqual(
      Array.from({ length: maxEvidence }, (_, index) => `/a/${index}`),
    );
  });

  test('shows the chain from the command of the task down to the process that acted', async () => {
    const events: readonly Event[] = [
      { ...at, seq: 1, proc: 1, kind: 'process.exec', path: '/usr/bin/pip', argv: ['pip', 'install', 'x'] },
      { ...at, seq: 2, proc: 1, kind: 'process.fork', child: 2, ret: 12 },
      { ...at, seq: 3, proc: 2, pid: 12, kind: 'process.fork', child: 3, ret: 13 },
      {
        ...at,
        seq: 4,
        proc: 3,
        pid: 13,
        kind: 'process.exec',
        path: '/bin/cat',
        argv: ['cat', '/etc/shadow'],
      },
      { ...open(5, '/etc/shadow'), proc: 3, pid: 13, frame: 'setup.py:3 in run' },
    ];
    const [finding] = await ask('match: { kind: file.open }', events);
    expect(finding).toMatchObject({ rule: 'demo', task: 'install', phase: 'install', matches: 1 });
    expect(finding?.evidence).toMatchObject([
      {
        seq: 5,
        summary: '/etc/shadow',
        frame: 'setup.py:3 in run',
        chain: [
          { proc: 1, pid: 1, command: 'pip install x' },
          { proc: 2, pid: 12, command: 'pip install x' },
          { proc: 3, pid: 13, command: 'cat /etc/shadow' },
        ],
      },
    ]);
  });

  test('shows a long chain by its first and its last links', async () => {
    const forks = Array.from(
      { length: 50 },
      (_, index): Event => ({ ...at, seq: index, proc: index + 1, kind: 'process.fork', child: index + 2 }),
    );
    const [finding] = await ask('match: { kind: file.open }', [...forks, { ...open(99, '/a'), proc: 51 }]);
    const chain = finding?.evidence[0]?.chain.map(link => link.proc);
    expect(chain).toHaveLength(maxChainLength);
    expect([chain?.[0], chain?.at(-1)]).toEqual([1, 51]);
  });

  test('of a sequence shows the steps and counts the last one', async () => {
    const events: readonly Event[] = [open(1, '/a'), { ...open(2, '/a'), kind: 'file.delete' }];
    const sequence =
      'sequence: [{ name: a, match: { kind: file.open } }, { name: b, match: { kind: file.delete }, by: same file }]';
    const [finding] = await ask(sequence, events);
    expect([finding?.matches, finding?.evidence.map(one => one.seq)]).toEqual([1, [1, 2]]);
    expect(
      await ask(
        sequence,
        events.toReversed().map((event, seq) => ({ ...event, seq })),
      ),
    ).toEqual([]);
  });

  test('of an SQL rule rests on the events it gives', async () => {
    const sql = "sql: SELECT run, seq FROM events WHERE regexp_matches(path, $home) AND path LIKE '%key'";
    expect(await ask(sql, [open(1, '/srv/ada/key'), open(2, '/key')])).toMatchObject([{ matches: 1 }]);
  });
});

describe('a condition', () => {
  test.each([
    ['what failed does not count', 'path: /a', { ok: false, errno: 'ENOENT' }, false],
    ['what failed counts when it is asked for', 'path: /a, ok: false', { ok: false }, true],
    ['what is not known to have failed counts', 'path: /a', { ok: undefined }, true],
    ['home is the home of the run', 'path|in: keys', { path: '/srv/ada/.ssh/id_rsa' }, true],
    ['home is the home of root', 'path|in: keys', { path: '/root/.ssh/id_rsa' }, true],
    ['a star stays in its folder', 'path|glob: /a/*', { path: '/a/b/c' }, false],
    ['two stars do not', 'path|glob: /a/**', { path: '/a/b\n/c' }, true],
    ['braces are alternatives', 'path|glob: "/{a,b.c}"', { path: '/bxc' }, false],
    ['none of a list', 'path|not: [/a, /b]', {}, false],
    ['none of a list, where there is no value', 'host|not: [/a, /b]', {}, true],
    ['a value that is there', 'errno|exists: true', {}, false],
    ['injections are text', `path: "' OR true --"`, {}, false],
  ])('%s', async (_, match, change, hits) => {
    const { ok, ...rest } = { ...open(1, '/a'), ...change };
    const findings = await ask(`match: { ${match} }`, [{ ...rest, ...(ok === undefined ? {} : { ok }) }]);
    expect(findings).toHaveLength(hits ? 1 : 0);
  });

  test('any text can stand in a glob and in a path, and matches itself', async () => {
    const plain = fc.string({ unit: 'binary', minLength: 1 }).map(text => text.replace(/[*?{}~]/g, '_'));
    await fc.assert(
      fc.asyncProperty(plain, async text => {
        const findings = await ask(`match: { path|glob: ${JSON.stringify(text)} }`, [open(1, text)]);
        expect(findings).toHaveLength(1);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a rule that cannot be asked', () => {
  const events = [open(1, '/a'), open(2, 'parquet')];

  test.each([
    ['names a word that the vocabulary lacks', 'match: { path|in: kays }', 'no list "kays"'],
    ['has a broken expression', 'match: { path|re: "(" }', 'missing )'],
    ['has broken SQL', 'sql: SELECT run, seq FROM events WHERE', 'syntax error'],
    ['asks for a column that is not there', 'sql: SELECT run, seq, pth FROM events', '"pth" not found'],
    ['meets a value it cannot convert', 'sql: SELECT run, seq FROM events WHERE path::INT = 1', '/a'],
    [
      'meets a value that reads like a failure of the store',
      'sql: SELECT run, seq FROM events WHERE seq = 2 AND substr(path, 1, 9)::INT = 1',
      'parquet',
    ],
    [
      'needs more memory than there is',
      "sql: SELECT run, seq FROM events WHERE len((SELECT list(range || repeat('x', 1000)) FROM range(1000000))) > seq",
      'Out of Memory',
    ],
  ])('because it %s is named, and keeps no other from being asked', async (_, question, reason) => {
    const { findings, unanswered } = await askAll([question, 'match: { path: /a }'], events);
    expect(unanswered).toEqual([{ rule: 'demo', reason: expect.stringContaining(reason) }]);
    expect(findings).toMatchObject([{ rule: 'demo', matches: 1 }]);
  });

  test('because it takes longer than it may is named, and keeps no other from being asked', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => open(index, '/a'));
    const endless =
      'sql: SELECT a.run, a.seq FROM events a, events b, events c WHERE a.seq + b.seq + c.seq < 0';
    const { findings, unanswered } = await askAll([endless, 'match: { path: /a }'], many, {
      timeLimitMs: 2_000,
    });
    expect(unanswered).toEqual([{ rule: 'demo', reason: 'the query took longer than 2 s' }]);
    expect(findings).toMatchObject([{ rule: 'demo', matches: many.length }]);
  });

  test('because a predicate is made of itself is named', async () => {
    const rules = [rule('match: { is: a }')];
    const circular = parseVocabulary('lists: {}\npredicates: { a: { is: b }, b: { is: a } }', 'v.yaml');
    const asked = await evaluateRules({ rules, vocabulary: circular }, async () => [], { run: testRun });
    expect(asked.unanswered[0]?.reason).toContain('"a" of the vocabulary is made of itself');
  });

  test.each([
    ['a store that fails', new UserError('the disk is full', { kind: 'host' })],
    ['a bug of ours', new Error('the bundle is disposed')],
  ])('is not what %s is taken for', async (_, error) => {
    const query = () => Promise.reject(error);
    const rules = [rule('match: { path: /a }')];
    await expect(evaluateRules({ rules, vocabulary }, query, { run: testRun })).rejects.toBe(error);
  });
});

test('no home makes no other folder a home', () => {
  expect(['/', '', undefined].map(home => new RegExp(homeRegex(home)).test('/etc/passwd'))).toEqual([
    false,
    false,
    false,
  ]);
});
