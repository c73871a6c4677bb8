/** One process of a run, in the order of the tree: a child comes after its parent, one deeper. */
export interface SeenProcess {
  readonly pid: number;
  readonly depth: number;
  /** Its command line, or its program. Hostile text. */
  readonly command: string;
  /** It was there before the trace began. */
  readonly wasFound: boolean;
  readonly exit_code: number | null;
}

/** Something that was done, as often as it was done to one thing by one process. */
export interface SeenAct {
  readonly kind: string;
  /** The path, key, address or name. Hostile text. */
  readonly what: string;
  readonly pid: number;
  readonly times: number;
}

/** What a run's processes did, by what they did it to; each list is bounded, and `more` counts what it leaves out. */
export interface Activity {
  readonly processes: readonly SeenProcess[];
  readonly files: readonly SeenAct[];
  readonly registry: readonly SeenAct[];
  readonly network: readonly SeenAct[];
  readonly names: readonly SeenAct[];
  readonly more: {
    readonly processes: number;
    readonly files: number;
    readonly registry: number;
    readonly network: number;
    readonly names: number;
  };
}
