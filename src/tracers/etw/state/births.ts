import type { ProcessEvent } from '../../../model/event.ts';
import { type Draft, flag } from '../events/draft.ts';
import { BoundedMap } from './bounded-map.ts';
import type { Process } from './processes.ts';

/** Processes that wait at once for what is still to be told of their start. */
export const MAX_BIRTHS = 4096;
/** Characters of all their command lines. */
export const MAX_BIRTH_CHARACTERS = 16_777_216;
/** How long a start waits: the program's file is mapped before its first thread runs. */
export const WAIT_NS = 1_000_000_000;

/**
 * A process that began or was found, told by several records: the kernel logger knows the command line but of the
 * program only its name, Kernel-Process the program's file but no command line; the first image is that file.
 */
export interface Birth {
  readonly process: Process;
  readonly draft: Draft<ProcessEvent>;
  /** Name of the program's file, without its folder. */
  image: string | undefined;
}

/** Holds the events of starting processes until they are whole. */
export class Births {
  readonly #waiting: BoundedMap<Process, Birth>;
  readonly #emit: (event: ProcessEvent) => void;

  constructor(emit: (event: ProcessEvent) => void) {
    this.#emit = emit;
    this.#waiting = new BoundedMap({
      entries: MAX_BIRTHS,
      characters: MAX_BIRTH_CHARACTERS,
      sizeOf: birth => birth.draft.args?.length ?? 0,
      onDrop: birth => this.#give(birth),
    });
  }

  get(process: Process): Birth | undefined {
    return this.#waiting.get(process);
  }

  /** Keeps it until more is told, or gives it when nothing is missing. */
  put(birth: Birth): void {
    this.#waiting.delete(birth.process);
    if (birth.draft.path !== undefined && birth.draft.args !== undefined) this.#give(birth);
    else this.#waiting.set(birth.process, birth);
  }

  /** The first image of a process is its program; returns at once for all others. */
  sawImage(process: Process, path: string, isGuess: boolean): void {
    const birth = this.#waiting.get(process);
    if (birth === undefined) return;
    const name = path.slice(path.lastIndexOf('\\') + 1).toLowerCase();
    if (birth.draft.path === undefined && birth.image !== undefined && birth.image.toLowerCase() !== name)
      return;
    this.#waiting.delete(process);
    if (birth.draft.path === undefined) {
      birth.draft.path = path;
      if (isGuess) flag(birth.draft, 'guessed-path');
    }
    this.#give(birth);
  }

  /** Nothing more will be told of this one. */
  release(process: Process): void {
    const birth = this.#waiting.delete(process);
    if (birth !== undefined) this.#give(birth);
  }

  /** Gives those that have waited long enough. */
  releaseBefore(atNs: number): void {
    for (let oldest = this.#waiting.first(); oldest !== undefined; oldest = this.#waiting.first()) {
      if (oldest.draft.at_ns + WAIT_NS > atNs) return;
      this.release(oldest.process);
    }
  }

  end(): void {
    this.releaseBefore(Number.POSITIVE_INFINITY);
  }

  /** Without its image, the program is what its name and the command line say; whoever starts it chooses the latter. */
  #give({ draft, image }: Birth): void {
    const program = draft.argv?.[0];
    const guess = program !== undefined && names(program, image) ? program : image;
    if (draft.path === undefined && guess !== undefined) {
      draft.path = guess;
      flag(draft, 'guessed-path');
    }
    this.#emit(draft);
  }
}

/** Whether the first word of a command line is the whole name of a program that is called `image`. */
function names(program: string, image: string | undefined): boolean {
  if (!/^(?:[a-z]:)?\\/i.test(program)) return image === undefined;
  return image === undefined || program.toLowerCase().endsWith(`\\${image.toLowerCase()}`);
}
