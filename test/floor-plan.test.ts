import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawFloorPlan, rooms } from '../floor-plan.mjs';

const root = path.resolve(import.meta.dirname, '..');
/** Past that a concept is missing. */
const mostFiles = 15;

describe('the floor plan', () => {
  test('is drawn in ARCHITECTURE.md as it stands in floor-plan.mjs', () => {
    expect(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8')).toContain(drawFloorPlan());
  });

  test('has a room for every folder of src, and a folder for every room', () => {
    const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true }).filter(entry =>
      entry.isDirectory(),
    );
    expect(folders.map(folder => folder.name).sort()).toEqual(rooms.map(room => room.name).sort());
  });

  test('has no folder with more files than one looks through', () => {
    const entries = readdirSync(path.join(root, 'src'), { recursive: true, withFileTypes: true });
    const counts = new Map<string, number>();
    for (const { parentPath } of entries.filter(entry => entry.isFile())) {
      counts.set(parentPath, (counts.get(parentPath) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > mostFiles)).toEqual([]);
  });
});
