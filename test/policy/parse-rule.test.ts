import { expect, test } from 'vitest';
import { parseRule, parseVocabulary } from '../../src/policy/parse-rule.ts';

const rule = (match: string) => `id: demo
title: A demo
severity: low
description: A demo.
${match}
tests:
  hit: [{ name: hit, events: [{ kind: file.open }] }]
  miss: [{ name: miss, events: [{ kind: file.stat }] }]
`;

test('a rule is read with its conditions', () => {
  const { match } = parseRule(
    rule('match: { kind: [file.open, file.read], path|not|glob: /tmp/** }'),
    'a.yaml',
  );
  expect(match).toEqual([
    {
      is: [],
      conditions: [
        { column: 'kind', comparison: 'equals', negated: false, values: ['file.open', 'file.read'] },
        { column: 'path', comparison: 'glob', negated: true, values: ['/tmp/**'] },
      ],
    },
  ]);
});

test.each([
  ['match: { pth: /a }', 'a.yaml:5:15: unknown field "pth"; did you mean "path"?'],
  ['match: { zzz: /a }', 'unknown field "zzz"; buildhaus columns lists those of events; others are task,'],
  ['match: { path|contain: /a }', 'a.yaml:5:24: "path|contain" does not end in a comparison'],
  ['match: { path|glob: "/a[0-9]" }', 'a.yaml:5:21: globs have no classes as "[0-9]": write "?", "{a,b}"'],
  ['match: { path: /a }\nsevirity: low', 'a.yaml:6:11: unknown field "sevirity"'],
  [
    'match: { path: /a }\nsql: SELECT 1',
    'a.yaml:1:1: a rule has exactly one of "match", "sequence" and "sql"',
  ],
  ['', 'a.yaml:1:1: a rule has exactly one of'],
  ['match: { path: /a }\nattack: [T1]', 'a.yaml:6:10: an ATT&CK technique, e.g. T1552.004'],
  ['match: [', 'a.yaml:6:'],
  [
    'sequence: [{ name: a, match: { kind: raw } }, { name: b, match: { kind: raw } }]',
    'each step after the first says how it is tied to the one before: "by: same process"',
  ],
])('%j is refused with its place and the fix', (text, message) => {
  expect(() => parseRule(rule(text), 'a.yaml')).toThrow(message);
});

test('a test event with a field that no event has is refused', () => {
  const text = rule('match: { kind: raw }').replace('kind: file.stat', 'kind: file.stat, pth: /a');
  expect(() => parseRule(text, 'a.yaml')).toThrow('a.yaml:8:33: unknown field "pth"');
});

test('a vocabulary of other things than lists and predicates is refused', () => {
  expect(() => parseVocabulary('macros: {}', 'v.yaml')).toThrow('v.yaml:1:9: unknown field "macros"');
});

test('a glob of the vocabulary with a class is refused', () => {
  const text = 'lists: { a: [/x, "/a[0-9]"] }\npredicates: {}';
  expect(() => parseVocabulary(text, 'v.yaml')).toThrow('v.yaml:1:18: globs have no classes as "[0-9]"');
});

test('an alias bomb is refused', () => {
  const bomb = ['a: &a [x, x]', ...Array.from({ length: 20 }, () => 'b: [*a, *a, *a]')].join('\n');
  expect(() => parseVocabulary(bomb, 'v.yaml')).toThrow('v.yaml');
});
