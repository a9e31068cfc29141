import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { Site } from '../system/fixture/site.ts';
import { openChromium } from './chromium.ts';
import { markFirstPixel } from './first-pixel.ts';
import { type Measurement, type Report, sample } from './measurement.ts';
import { startTinySite, TINY } from './tiny-site.ts';

const ROUNDS = 5;
const PASSWORD = 'correct horse battery';

/** What pages weigh on the wire, and how long the screen of a VM takes to show, in Chromium with an empty cache. */
export async function pageWeight(say: (text: string) => void): Promise<Report> {
  say('starting a site with a VM');
  const site = await startTinySite();
  let browser: Browser | undefined;
  try {
    await site.json('vm', 'create', '--image', TINY, '--flavor', 'small', '--name', 'bench', '--wait');
    browser = await openChromium();
    const state = await signIn(browser, site);
    const { id } = await site.vm('bench');
    const signInPage: Loaded[] = [];
    const overview: Loaded[] = [];
    const screen: (Loaded & { firstPixelMs: number })[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      say(`round ${round} of ${ROUNDS}`);
      signInPage.push(
        await load(await browser.newContext(), `${site.url}/`, (page) =>
          page.locator('input[type=password]').waitFor(),
        ),
      );
      overview.push(
        await load(await browser.newContext({ storageState: state }), `${site.url}/`, (page) =>
          page.getByRole('heading', { level: 1 }).waitFor(),
        ),
      );
      screen.push(await loadScreen(await browser.newContext({ storageState: state }), `${site.url}/vms/${id}/screen`));
    }
    const kB = (name: string, bytes: number[]): Measurement => ({
      name: `${name} (kB)`,
      better: 'less',
      ours: sample(bytes.map((each) => each / 1000)),
      peer: null,
    });
    const weights = (name: string, loads: Loaded[]): Measurement[] => [
      kB(
        `${name}, transferred`,
        loads.map(({ bytes }) => bytes),
      ),
      kB(
        `${name}, its text by gzip`,
        loads.map(({ gzipBytes }) => gzipBytes),
      ),
    ];
    const ms = (name: string, values: number[]): Measurement => ({
      name: `${name} (ms)`,
      better: 'less',
      ours: sample(values),
      peer: null,
    });
    return {
      measurements: [
        ...weights('sign-in page', signInPage),
        ...weights('overview', overview),
        ...weights('SPICE screen', screen),
        ms(
          'sign-in page, usable',
          signInPage.map(({ usableMs }) => usableMs),
        ),
        ms(
          'overview, usable',
          overview.map(({ usableMs }) => usableMs),
        ),
        ms(
          'SPICE screen, first pixel',
          screen.map(({ firstPixelMs }) => firstPixelMs),
        ),
      ],
      notes: [
        'Transferred: what Chromium counts, headers and all; the screen without its WebSockets. By gzip: the same HTML, scripts, styles, JSON and SVG (fonts left out), each file by itself. Each load with an empty cache, over loopback.',
        'First pixel: from the begin of the navigation to the first frame in which the canvas holds a pixel that is not black; the guest shows its BIOS.',
        `Median of ${ROUNDS} loads.`,
      ],
    };
  } finally {
    await browser?.close();
    await site.remove();
  }
}

/** The one-time link's token makes the administrator; the session's cookie is what later loads start with. */
async function signIn(browser: Browser, site: Site) {
  const context = await browser.newContext();
  const token = site.setupLink?.split('#')[1] ?? '';
  const answer = await context.request.post(`${site.url}/api/v1/setup`, { data: { token, password: PASSWORD } });
  if (!answer.ok()) throw new Error(`the administrator could not be set up: ${await answer.text()}`);
  const state = await context.storageState();
  await context.close();
  return state;
}

interface Loaded {
  bytes: number;
  /** The same files, each by gzip: what a server that compresses would send. */
  gzipBytes: number;
  usableMs: number;
}

async function load(context: BrowserContext, url: string, usable: (page: Page) => Promise<unknown>): Promise<Loaded> {
  const page = await context.newPage();
  const transfers = await context.newCDPSession(page);
  let bytes = 0;
  await transfers.send('Network.enable');
  transfers.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const packed: Promise<number>[] = [];
  page.on('response', (response) => {
    const compressible = /html|script|css|json|svg/.test(response.headers()['content-type'] ?? '');
    if (compressible) packed.push(response.body().then((body) => gzipSync(body).length));
  });
  const began = performance.now();
  await page.goto(url);
  await usable(page);
  const usableMs = performance.now() - began;
  await settled(() => bytes);
  const gzipBytes = (await Promise.all(packed)).reduce((sum, length) => sum + length, 0);
  await context.close();
  return { bytes, gzipBytes, usableMs };
}

/** What a page loads behind what makes it usable belongs to its weight; the event stream never ends, so there is no "all". */
async function settled(read: () => number): Promise<void> {
  for (let before = -1; before !== read(); ) {
    before = read();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

async function loadScreen(context: BrowserContext, url: string): Promise<Loaded & { firstPixelMs: number }> {
  await context.addInitScript(markFirstPixel);
  let firstPixelMs = 0;
  const loaded = await load(context, url, async (page) => {
    const seen = await page.waitForFunction(() => performance.getEntriesByName('first-pixel')[0]?.startTime);
    firstPixelMs = (await seen.jsonValue()) ?? 0;
  });
  return { ...loaded, firstPixelMs };
}
