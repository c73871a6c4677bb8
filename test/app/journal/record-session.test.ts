import { expect, test } from 'vitest';
import { journalLine } from '../../../src/app/journal/journal.ts';
import { recordSession } from '../../../src/app/journal/record-session.ts';
import { replaySession } from '../../../src/app/journal/replay-session.ts';
import { CapReached } from '../../../src/model/caps.ts';
import type { TreeEntry } from '../../../src/model/ports.ts';
import { runWith } from '../../helpers/runs.ts';
import { treeEntry } from '../../runner/disk/events.ts';
import { ScriptedSession } from '../../runner/scripted-session.ts';

const never = new AbortController().signal;

/** The trees as a journal has them, and as it gives them back. */
async function journalOf(trees: readonly (readonly TreeEntry[])[]) {
  const lines: string[] = [];
  const left = [...trees];
  const scripted = new ScriptedSession({});
  scripted.listTree = async () => left.shift() ?? [];
  const { session } = await recordSession(scripted, {
    journal: { keepJournal: async line => void lines.push(line) },
    clock: { nowMs: () => 0 },
    hasIndex: false,
  });
  for (const _ of trees) await session.listTree(never);
  const journal = lines.map(line => journalLine.parse(JSON.parse(line)));
  const replay = replaySession(journal, runWith({}), async () => new Uint8Array());
  const replayed: (readonly TreeEntry[])[] = [];
  for (const _ of trees) replayed.push(await replay.session.listTree(never));
  return { replayed, told: journal.flatMap(line => ('tree' in line ? [line.tree] : [])) };
}

test('what is as it was in the tree before is a number in the journal, the same object or an equal one', async () => {
  const [kept, changing] = [treeEntry('/kept'), treeEntry('/x')];
  const changed = treeEntry('/x', { ctime_ns: 2n });
  const trees = [
    [kept, changing],
    [kept, changed],
    [{ ...kept }, changed, treeEntry('/y')],
  ];
  const { told, replayed } = await journalOf(trees);
  expect(told).toEqual([
    [kept, changing],
    [0, changed],
    [0, 2, treeEntry('/y')],
  ]);
  expect(replayed).toEqual(trees);
});

test('what was otherwise in between is written again: no more than one tree is remembered', async () => {
  const [one, other] = [treeEntry('/x'), treeEntry('/x', { ctime_ns: 2n })];
  const trees = [[one], [other], [one], [], [one]];
  const { told, replayed } = await journalOf(trees);
  expect(told).toEqual(trees);
  expect(replayed).toEqual(trees);
});

test('a tree that was too large, and one that was not shown, are so again', async () => {
  const excess = new CapReached('tree-size', 'its files come to more than 9 entries');
  for (const refusal of [excess, new Error('busy')]) {
    const scripted = new ScriptedSession({ trees: { boot: refusal } });
    const lines: string[] = [];
    const { session } = await recordSession(scripted, {
      journal: { keepJournal: async line => void lines.push(line) },
      clock: { nowMs: () => 0 },
      hasIndex: false,
    });
    await expect(session.listTree(never)).rejects.toBe(refusal);
    const journal = lines.map(line => journalLine.parse(JSON.parse(line)));
    const replay = replaySession(journal, runWith({}), async () => new Uint8Array());
    await expect(replay.session.listTree(never)).rejects.toEqual(refusal);
  }
});

test('names that read the same are not each other', async () => {
  const [one, other] = [treeEntry('/\ufffd', { raw_path: '1' }), treeEntry('/\ufffd', { raw_path: '2' })];
  const { told } = await journalOf([[one, other], [other]]);
  expect(told).toEqual([[one, other], [1]]);
});
