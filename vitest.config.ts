import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    reporters: ['default', './test/helpers/closing-line.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          // Machines are slow enough alone: they start when the unit tests are through.
          sequence: { groupOrder: 0 },
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.{host,vm}.test.ts'],
          pool: 'forks',
          // A process for each file would take longer than the tests: files share one, and leave it as they found it.
          isolate: false,
          maxWorkers: '100%',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          // Whole lives on this host without a machine: its Python, its browser, its disks, processes that are killed.
          name: 'host',
          sequence: { groupOrder: 1 },
          include: ['test/**/*.host.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'vm',
          sequence: { groupOrder: 2 },
          include: ['test/**/*.vm.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 1_200_000,
        },
      },
    ],
  },
});
