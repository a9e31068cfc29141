import { type Browser, chromium } from 'playwright-core';

/** As root Chromium has no sandbox; the rest keeps it from calling home. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const openChromium = (): Promise<Browser> => chromium.launch({ executablePath: '/usr/bin/chromium', args });
