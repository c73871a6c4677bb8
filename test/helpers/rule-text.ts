/** The file of a rule `demo` that asks `question`: its hit is an open file, its miss a deleted one. */
export function ruleText(question: string): string {
  return `id: demo
title: A demo
severity: low
description: A demo.
${question}
tests:
  hit: [{ name: hit, events: [{ kind: file.open }] }]
  miss: [{ name: miss, events: [{ kind: file.delete }] }]
`;
}
