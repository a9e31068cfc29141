import { homedir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const shared = { exclude: ['**/node_modules/**', '**/dist/**', '.node/**'] };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: 'unit',
          include: ['packages/**/*.test.{ts,tsx}', 'tools/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: [...shared.exclude, '**/*.live.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        // Against real daemons and guests: one file at a time, since each owns daemons, bridges and two cores.
        test: {
          ...shared,
          name: 'system',
          env: { DOMUS_IMAGE_CACHE: process.env['DOMUS_IMAGE_CACHE'] ?? join(homedir(), '.cache/domus-images') },
          include: ['system/**/*.test.ts', 'packages/**/*.live.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
