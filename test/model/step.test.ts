import { expect, test } from 'vitest';
import { step } from '../../src/model/step.ts';

/** Keeps what a step says of itself. */
function listen() {
  const said: string[] = [];
  const start = (name: string) => {
    said.push(name);
    return (outcome: string, note = '') => void said.push(outcome + note);
  };
  return { said, progress: { start, note: () => undefined } };
}

test('a step that is done gives its result and says what came of it', async () => {
  const heard = listen();
  expect(
    await step(
      heard,
      'counting',
      async () => 3,
      count => `: ${count} things`,
    ),
  ).toBe(3);
  expect(await step(heard, 'resting', async () => 'rested')).toBe('rested');
  expect(heard.said).toEqual(['counting', 'done: 3 things', 'resting', 'done']);
});

test('a step that fails says so, and why is the work’s own error', async () => {
  const heard = listen();
  const failing = step(
    heard,
    'lifting',
    () => Promise.reject(new Error('too heavy')),
    () => 'lifted',
  );
  await expect(failing).rejects.toThrow('too heavy');
  expect(heard.said).toEqual(['lifting', 'failed']);
});
