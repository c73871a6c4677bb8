/**
 * The law of the house: rooms by floor, top first. Imports go down, never up, never sideways.
 * `.dependency-cruiser.mjs` generates its checks from this array and ARCHITECTURE.md draws it;
 * a new room is one entry here.
 *
 * @typedef {object} Room
 * @property {string} name      folder under src/
 * @property {number} floor     a room may import rooms on lower floors only
 * @property {boolean} [pure]   imports nothing from Node: no file, no network, no process
 * @property {string} does      one line for the map
 */

/** @type {readonly Room[]} */
export const rooms = [
  { name: 'cli', floor: 5, does: 'commands, flags, exit codes, progress on stderr' },
  { name: 'app', floor: 4, does: 'composes the rooms below into what a user asks for; knows them all' },
  { name: 'runner', floor: 3, pure: true, does: 'tasks, recipes, the run itself, the verdict' },
  {
    name: 'packages',
    floor: 2,
    does: 'what is asked for becomes bytes and a sha256; folders become an index',
  },
  { name: 'sandbox', floor: 2, does: 'machines: images, snapshots, sessions, the evidence stream' },
  { name: 'tracers', floor: 2, pure: true, does: 'bytes of a trace become events and diagnostics' },
  { name: 'policy', floor: 2, pure: true, does: 'rules in YAML become SQL; rows become findings' },
  { name: 'store', floor: 2, does: 'bundles of Parquet, and questions in SQL' },
  { name: 'report', floor: 2, pure: true, does: 'a run as text, HTML, Markdown, JSON, CSV, SARIF, JUnit' },
  {
    name: 'model',
    floor: 1,
    pure: true,
    does: 'event, task, run, finding, verdict, and the ports between rooms',
  },
  { name: 'base', floor: 0, pure: true, does: 'small pure helpers, one idea a file' },
];

/** Which rooms may touch a library; every other room is refused. */
export const guardedLibraries = [
  { library: '@duckdb/', rooms: ['store'] },
  { library: 'ssh2', rooms: ['sandbox'] },
  { library: 'protobufjs', rooms: ['sandbox'] },
  { library: 'node-pty', rooms: [] },
  { library: 'commander', rooms: ['cli'] },
  { library: 'yaml', rooms: ['policy'] },
  { library: 'tar-stream', rooms: ['packages'] },
  { library: '@renovatebot/', rooms: ['packages'] },
  { library: 'node:child_process', rooms: ['sandbox'] },
];

/** Rooms whose subfolders are strangers to each other: a backend never imports another backend, only the common ones. */
export const strangers = [
  { room: 'tracers', common: [] },
  { room: 'sandbox', common: ['agent', 'host', 'image', 'ssh'] },
];

/** The house as text, top floor first: the drawing in ARCHITECTURE.md, which a test holds against this array. */
export function drawFloorPlan() {
  const floors = [...new Set(rooms.map(room => room.floor))].sort((one, other) => other - one);
  return floors
    .flatMap(floor =>
      rooms
        .filter(room => room.floor === floor)
        .map((room, index) => {
          const label = index === 0 ? String(floor) : ' ';
          return `${label}  ${room.name.padEnd(9)} ${room.pure ? '*' : ' '} ${room.does}`;
        }),
    )
    .join('\n');
}
