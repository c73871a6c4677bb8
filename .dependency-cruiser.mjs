import { guardedLibraries, rooms, strangers } from './floor-plan.mjs';

const inRoom = name => `^src/${name}/`;

/** Each room may import itself and the rooms below it. */
const floors = rooms.map(room => {
  const allowed = [room.name, ...rooms.filter(other => other.floor < room.floor).map(other => other.name)];
  return {
    name: `floor-plan-${room.name}`,
    comment: `src/${room.name} imports only ${allowed.join(', ')}. Move the code down, or pass it in as a port of src/model.`,
    severity: 'error',
    from: { path: inRoom(room.name) },
    to: { path: '^src/', pathNot: allowed.map(inRoom) },
  };
});

const purity = rooms
  .filter(room => room.pure)
  .map(room => ({
    name: `pure-${room.name}`,
    comment: `src/${room.name} touches no file, socket or process. Take what you need as an argument or a port of src/model.`,
    severity: 'error',
    from: { path: inRoom(room.name) },
    to: { dependencyTypes: ['core'] },
  }));

const libraries = guardedLibraries.map(({ library, rooms: allowed }) => ({
  name: `library-${library.replace(/\W+/g, '-')}`,
  comment: `${library} belongs to ${allowed.join(', ')}: ask that room through a port of src/model.`,
  severity: 'error',
  from: { path: '^src/', pathNot: allowed.map(inRoom) },
  to: { path: library.startsWith('node:') ? `^(node:)?${library.slice(5)}$` : `node_modules/${library}` },
}));

const backends = strangers.map(({ room, common }) => ({
  name: `strangers-in-${room}`,
  comment: `Folders of src/${room} do not know each other. What they share belongs in ${commonRoomsOf(room, common)}.`,
  severity: 'error',
  from: { path: `^src/${room}/([^/]+)/` },
  to: {
    path: `^src/${room}/[^/]+/`,
    pathNot: [`^src/${room}/$1/`, ...common.map(folder => `^src/${room}/${folder}/`)],
  },
}));

function commonRoomsOf(room, common) {
  const rooms = common.map(folder => `src/${room}/${folder}`);
  return [...rooms, 'src/model', 'src/base'].join(', ');
}

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one idea, or hide a third: name it.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every-file-has-a-room',
      comment: 'Only main.ts lives outside a room.',
      severity: 'error',
      from: { path: '^src/', pathNot: [...rooms.map(room => inRoom(room.name)), '^src/main\\.ts$'] },
      to: {},
    },
    ...floors,
    ...purity,
    ...libraries,
    ...backends,
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
  },
};
