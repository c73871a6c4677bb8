import { expect, test } from 'vitest';
import { maxIndexFailure, maxIndexFailures } from '../../../src/runner/task/index-watch.ts';
import { live } from '../live.ts';
import { exit, frames } from '../scripted-session.ts';

test('an index that fails is told with its first reason, however fetch ended, and at no other task', async () => {
  const index = async (request: Request) => {
    throw new Error(`no route to ${request.url}`);
  };
  const { task } = await live({ asks: ['http://x/simple/a/', 'http://x/simple/b/'] }, { index });
  const reason = 'ended with exit code 0; the index failed: no route to http://x/simple/a/';
  expect([task('fetch')?.reason, task('unpack')?.reason]).toEqual([reason, 'ended with exit code 0']);
});

test('a file that breaks off is a failure, and none once it came whole', async () => {
  let answers = 0;
  const index = async () => {
    answers += 1;
    async function* parts() {
      yield new Uint8Array(3);
      if (answers === 1) throw new Error('nothing came for 120 s');
    }
    return new Response(ReadableStream.from(parts()));
  };
  const { task, run } = await live({ asks: ['http://x/a.whl'] }, { index });
  expect(task('fetch')?.reason).toContain('; the index failed: nothing came for 120 s');
  expect(run.verdict.grade).toBe('PASS');
  answers = 0;
  const { task: again } = await live({ asks: ['http://x/a.whl', 'http://x/a.whl'] }, { index });
  expect(again('fetch')?.reason).toBe('ended with exit code 0');
});

test('as many addresses as are remembered may fail, and all may be mended', async () => {
  const urls = Array.from({ length: maxIndexFailures + 1 }, (_, number) => `http://x/${number}`);
  const seen = new Set<string>();
  const index = async ({ url }: Request) => {
    if (!seen.has(url)) {
      seen.add(url);
      throw new Error(`no route to ${url}`);
    }
    return new Response('here');
  };
  const reasonOf = async (asks: readonly string[]) => {
    seen.clear();
    const { task } = await live({ asks }, { index });
    return task('fetch')?.reason;
  };
  expect(await reasonOf([...urls, ...urls])).toBe('ended with exit code 0');
  expect(await reasonOf(urls)).toContain('no route to http://x/0');
});

test('a long story of how it failed is told up to its limit', async () => {
  const toldOf = async (story: string) => {
    const index = async () => {
      throw new Error(story);
    };
    const { task } = await live({ asks: ['http://x/'] }, { index });
    return task('fetch')?.reason.split('failed: ')[1];
  };
  const longest = 'x'.repeat(maxIndexFailure);
  expect(await toldOf(longest)).toBe(longest);
  expect(await toldOf(`${longest}x`)).toBe(`${longest.slice(1)}…`);
});

test('what fails after that may be for want of it: the package is not blamed', async () => {
  const build = frames(exit({ code: 1 }));
  const index = async () => {
    throw new Error('no route');
  };
  const script = { asks: ['http://x/'], tasks: { build } };
  const { run } = await live(script, { index });
  expect(run.verdict.grade).toBe('UNKNOWN');
  expect(run.verdict.reasons[0]).toContain('maybe for want of what the index, which failed, did not give');
  const { run: alone } = await live({ tasks: { build } });
  expect(alone.verdict.grade).toBe('FAIL');
});
