import type { Progress } from './ports.ts';

/** One line of progress around one piece of work, which ends as the work does; `note` says what came of it. */
export async function step<T>(
  { progress }: { readonly progress: Progress },
  name: string,
  work: () => Promise<T>,
  note?: (result: T) => string,
): Promise<T> {
  const finish = progress.start(name);
  try {
    const result = await work();
    finish('done', note?.(result));
    return result;
  } catch (error) {
    finish('failed');
    throw error;
  }
}
