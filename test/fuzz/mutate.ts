import type { Random } from './random.ts';

/** The longest input that is made: several pages, and more than one chunk. */
const MAX_BYTES = 200_000;
const encoder = new TextEncoder();
const tokens = [
  '\n',
  '\r\n',
  '7 ',
  '[pid  8] ',
  '1700000000.000000001 ',
  '12:00:00 ',
  'openat(AT_FDCWD</a>, "',
  'clone(child_stack=NULL, flags=SIGCHLD',
  'execve("/b", ["a", "b"], 0x1 /* 2 vars */)',
  ') = 0\n',
  ') = 8\n',
  ') = -1 ENOENT (No such file or directory)\n',
  ' = ? ERESTARTSYS (To be restarted)\n',
  ' <unfinished ...>\n',
  ' <detached ...>\n',
  '7 <... openat resumed>',
  '+++ exited with 0 +++\n',
  '+++ superseded by execve in pid 8 +++\n',
  '--- SIGCHLD {si_signo=SIGCHLD} ---\n',
  'strace: Process 8 attached',
  '3</srv/a>',
  '</dev/null<char 1:3>>',
  '<TCP:[1.2.3.4:5->6.7.8.9:53]>',
  '(deleted)',
  '"...',
  '\\"',
  '\\377',
  '/* ',
  ' */',
  '{sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("1.2.3.4")}',
  '% time     seconds\n',
  ' | 00000  7f |\n',
  '\u00e9',
  '\0',
].map(text => encoder.encode(text));

/** A piece of one of `traces`, damaged in a few of the ways in which files and hostile programs damage them. */
export function mutate(random: Random, traces: readonly Uint8Array[]): Uint8Array {
  let bytes = pieceOf(random, random.of(traces));
  for (let times = random.below(9); times > 0 && bytes.length > 0; times -= 1) {
    bytes = random.of(damages)(random, bytes, traces).subarray(0, MAX_BYTES);
  }
  return bytes;
}

const damages: readonly ((random: Random, bytes: Uint8Array, traces: readonly Uint8Array[]) => Uint8Array)[] =
  [
    (random, bytes) => replaced(random, bytes, Uint8Array.of(random.below(256)), 1),
    (random, bytes) => replaced(random, bytes, Uint8Array.of(bytes[random.below(bytes.length)] ?? 0), 1),
    (random, bytes) => replaced(random, bytes, random.of(tokens), 0),
    (random, bytes) => replaced(random, bytes, random.of(tokens), random.below(20)),
    (random, bytes) => replaced(random, bytes, new Uint8Array(), random.below(40)),
    (random, bytes, traces) => replaced(random, bytes, pieceOf(random, random.of(traces)), 0),
    (random, bytes) => repeated(random, bytes),
  ];

function pieceOf(random: Random, trace: Uint8Array): Uint8Array {
  const from = random.below(trace.length);
  return trace.slice(from, from + 1 + random.below(4000));
}

/** Puts `by` where `length` bytes are now. */
function replaced(random: Random, bytes: Uint8Array, by: Uint8Array, length: number): Uint8Array {
  const at = random.below(bytes.length);
  const rest = bytes.subarray(Math.min(bytes.length, at + length));
  const made = new Uint8Array(at + by.length + rest.length);
  made.set(bytes.subarray(0, at));
  made.set(by, at);
  made.set(rest, at + by.length);
  return made;
}

/** The same few bytes again and again: what is slow shows. */
function repeated(random: Random, bytes: Uint8Array): Uint8Array {
  const from = random.below(bytes.length);
  const piece = bytes.subarray(from, from + 1 + random.below(12));
  const times = random.below(200) === 0 ? 10_000 : 1 + random.below(60);
  const many = new Uint8Array(piece.length * times);
  for (let index = 0; index < times; index += 1) many.set(piece, index * piece.length);
  return replaced(random, bytes, many, 0);
}
