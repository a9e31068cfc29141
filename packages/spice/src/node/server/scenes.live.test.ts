import { describe, expect, it } from 'vitest';
import { HeadlessClient, type Screenshot } from '../headless.ts';
import { judgedSheet, missingJudge } from '../testing/scene-judge.ts';
import { SCENES_PER_SHEET, type Sheet } from './scenes/sheet.ts';

const SHEETS = 12;

const missing = missingJudge();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

async function ourPicture(port: number, { width, height }: Sheet): Promise<Screenshot> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const client = await HeadlessClient.connect({
    address: { host: '127.0.0.1', port },
    events: {
      drawn: (_display, area) => {
        if (area.right - area.left === width && area.bottom - area.top === height) resolve();
      },
      disconnected: (reason) => reject(reason ?? new Error('closed')),
    },
  });
  await promise;
  const picture = client.screenshot();
  client.close();
  return picture;
}

describe.skipIf(missing)('synthetic scenes, drawn in Node and by spice-gtk', () => {
  it.each(Array.from({ length: SHEETS }, (_, i) => i + 1))(
    `are the same, pixel by pixel: ${SCENES_PER_SHEET} scenes, seed %i`,
    async (seed) => {
      const { sheet, server, differing } = await judgedSheet(seed);
      const ours = await ourPicture(server.port, sheet);
      await server.close();
      expect(differing(ours)).toEqual([]);
    },
  );
});
