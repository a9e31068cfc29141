import { describe, expect, it } from 'vitest';
import { SCENES_PER_SHEET } from '../node/server/scenes/sheet.ts';
import { DesktopPage, missingBrowser } from '../node/testing/browser-page.ts';
import { judgedSheet, missingJudge } from '../node/testing/scene-judge.ts';

const SHEETS = 5;

const missing = missingJudge() ?? missingBrowser();
if (missing && process.env['CI']) throw new Error(missing);
if (missing) console.warn(`skipped: ${missing}`);

describe.skipIf(missing)('synthetic scenes, drawn in Chromium and by spice-gtk', () => {
  it.each(Array.from({ length: SHEETS }, (_, i) => i + 1))(
    `are the same, pixel by pixel: ${SCENES_PER_SHEET} scenes, seed %i`,
    async (seed) => {
      const { server, differing } = await judgedSheet(seed);
      const desktop = await DesktopPage.open(server.port);
      await expect.poll(async () => differing(await desktop.canvas()), { timeout: 20_000 }).toEqual([]);
      expect(desktop.errors).toEqual([]);
      await desktop.close();
      await server.close();
    },
  );
});
