import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blackShare, canvasPicture, differingPixels, openBrowser, picture, readPng } from './fixture/browser.ts';
import { giveImage } from './fixture/images.ts';
import { Site } from './fixture/site.ts';

let site: Site;
let browser: Browser;
let page: Page;
const password = 'correct horse battery';
const faults: string[] = [];

beforeAll(async () => {
  site = await Site.start();
  await giveImage(site, 'debian-12-desktop');
  browser = await openBrowser();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en-US' });
  page = await context.newPage();
  page.on('pageerror', (error) => faults.push(String(error)));
  page.setDefaultTimeout(120_000);
});
afterAll(async () => {
  await browser?.close();
  await site.remove();
});

const exec = async (...command: string[]) => (await site.domus('vm', 'exec', 'desk', '--', ...command)).stdout;
/** Waits, inside the guest, until a command of ada's succeeds. */
async function untilAda(command: string): Promise<void> {
  const asAda = ['runuser', '-u', 'ada', '--', 'env', 'HOME=/home/ada', 'DISPLAY=:0', 'sh', '-c'];
  const wait = `until ${command}; do sleep 0.5; done`;
  const { code, stderr } = await site.domus('vm', 'exec', '--timeout', '400', 'desk', '--', ...asAda, wait);
  expect(code, stderr).toBe(0);
}
/** A labelled field; required ones have a star behind their label. */
const field = (label: string) => page.getByLabel(new RegExp(`^${label}\\s*\\*?$`)).first();
/** A card is chosen by a click anywhere on it: its label lies over its radio button. */
const choose = (name: string) => page.getByRole('radio', { name }).click({ force: true });
const button = (name: string | RegExp) => page.getByRole('button', { name });
/** libvirt's own screenshot of the VM, asked for over the API. */
async function hostPicture() {
  const response = await page.request.get(`${site.url}/api/v1/vms/desk/screenshot`);
  return readPng(await response.body());
}
/** The page's canvas and the host's screenshot are the same, pixel for pixel, at some quiet moment. */
const sameScreen = () =>
  site.until(
    async () => (differingPixels(await canvasPicture(page), await hostPicture()) === 0 ? true : null),
    240_000,
  );

describe('a desktop in the browser', () => {
  it('sets the administrator’s password by the one-time link, and signs in', async () => {
    await page.goto(site.setupLink ?? '');
    await field('Password').fill(password);
    await field('Password again').fill(password);
    await button('Set up').click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    await page.context().clearCookies();
    await page.goto(`${site.url}/vms`);
    await field('User name').fill('admin');
    await field('Password').fill(password);
    await picture(page, 'sign-in');
    await button('Sign in').click();
    await page.getByRole('heading', { name: 'VMs', exact: true }).waitFor();
  });

  it('makes a VM from the desktop image by the wizard', async () => {
    await page.goto(`${site.url}/vms/create`);
    await choose('debian-12-desktop');
    await button('Next').click();
    await field('Name').fill('desk');
    await choose('small');
    await picture(page, 'create-vm');
    await button('Next').click();
    await field('User name').fill('ada');
    await field('Password').fill('a longer secret');
    await button('Next').click();
    await button('Next').click();
    await button('Create VM').click();
    await page.getByRole('heading', { name: 'desk' }).waitFor();
    await site.until(async () => ((await site.vm('desk')).state === 'running' ? true : null), 60_000);
    await page.getByText('Running').first().waitFor();
  });

  it('draws the screen as it is: the same pixels as libvirt’s own screenshot', async () => {
    await page.getByRole('tab', { name: 'Screen' }).click();
    await page.locator('.domus-console[data-connection="connected"] canvas').waitFor();
    await site.until(async () => ((await site.vm('desk')).agentConnected ? true : null), 240_000);
    await untilAda('pgrep -u ada -x icewm && pgrep -u ada -x spice-vdagent');
    await page.getByText('Agent: clipboard and resize').waitFor();
    await site.until(async () => (blackShare(await hostPicture()) < 0.5 ? true : null), 120_000); // the desktop is painted
    await sameScreen();
    await picture(page, 'vm-screen');
    const seat = 'loginctl show-session --value -p Name -p Seat $(loginctl show-seat --value -p ActiveSession seat0)';
    expect(await exec('sh', '-c', seat)).toBe('ada\nseat0\n');
    expect(await exec('systemctl', '--failed', '--no-legend')).toBe('');
    // The screen never goes dark by itself.
    const screen = await exec('runuser', '-u', 'ada', '--', 'env', 'DISPLAY=:0', 'xset', 'q');
    expect(screen).toMatch(/Screen Saver:[\s\S]*timeout: {2}0 /);
    expect(screen).not.toContain('DPMS is Enabled');
  });

  it('types a command into the guest’s terminal: its effect is on the screen and in the guest', async () => {
    const before = await canvasPicture(page);
    await page.locator('.domus-console canvas').click();
    await page.keyboard.press('Control+Alt+KeyT');
    // keys go to the window that has the focus
    await untilAda(`xprop -id "$(xprop -root _NET_ACTIVE_WINDOW | sed 's/.*# //')" WM_CLASS | grep -i xterm`);
    await page.keyboard.type('cp -v /etc/hostname proof.txt\n', { delay: 60 }); // no key that needs Shift: Playwright presses none
    const proof = await site.until(async () => (await exec('cat', '/home/ada/proof.txt')) || null, 240_000);
    expect(proof).toBe('desk\n');
    expect(differingPixels(before, await canvasPicture(page))).not.toBe(0);
    await sameScreen();
    await picture(page, 'vm-screen-terminal');
  });

  it('gives the guest the size of the window, and draws that exactly too', async () => {
    const before = await canvasPicture(page);
    await page.setViewportSize({ width: 1180, height: 760 });
    await site.until(async () => ((await canvasPicture(page)).width !== before.width ? true : null), 240_000);
    await sameScreen();
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('pastes text as keystrokes', async () => {
    await button('Paste text').click();
    await page.getByLabel('Text', { exact: true }).fill('touch pasted-by-keys\n');
    await button('Type it').click();
    await site.until(async () => ((await exec('ls', '/home/ada')).includes('pasted-by-keys') ? true : null), 240_000);
  });

  it('shows the same over VNC, and works in the serial console', async () => {
    await page.getByRole('tab', { name: 'VNC' }).click();
    await page.locator('.domus-console[data-connection="connected"] canvas').waitFor();
    await site.until(
      async () => (differingPixels(await canvasPicture(page), await hostPicture()) === 0 ? true : null),
      240_000,
    );
    await page.getByRole('tab', { name: 'Serial' }).click();
    await page.locator('.domus-console[data-connection="connected"] .xterm').waitFor();
    await page.locator('.xterm-helper-textarea').focus();
    await page.keyboard.press('Enter');
    await page.locator('.xterm-rows', { hasText: 'desk login:' }).waitFor();
    await page.keyboard.type('ada\n', { delay: 60 });
    await page.locator('.xterm-rows', { hasText: 'Password:' }).waitFor();
    await page.keyboard.type('a longer secret\n', { delay: 60 });
    await page.locator('.xterm-rows', { hasText: 'ada@desk' }).waitFor();
    await picture(page, 'vm-serial');
  });

  it('is the same page for everybody: two sizes, light and dark, English and Chinese, without accessibility faults', async () => {
    const state = await page.context().storageState();
    const { id } = await site.vm('desk');
    const screens = {
      overview: '/',
      vms: '/vms',
      vm: `/vms/${id}`,
      images: '/images',
      hosts: '/hosts',
      operations: '/operations',
      create: '/vms/create',
    };
    const looks = [
      { name: 'wide-light-en', viewport: { width: 1440, height: 900 }, colorScheme: 'light', locale: 'en-US' },
      { name: 'narrow-dark-zh', viewport: { width: 390, height: 844 }, colorScheme: 'dark', locale: 'zh-CN' },
    ] as const;
    for (const { name, ...look } of looks) {
      const context = await browser.newContext({ ...look, storageState: state });
      const other = await context.newPage();
      // The first look has the guest's thumbnail, the second one is forever waiting for it.
      if (name !== looks[0].name) await other.route('**/screenshot', () => undefined);
      for (const [screen, path] of Object.entries(screens)) {
        await other.goto(`${site.url}${path}`);
        await other.locator('main h1').waitFor();
        await other.locator('.pf-v6-c-skeleton').first().waitFor({ state: 'detached' });
        await picture(other, `${screen}-${name}`);
        // PatternFly names the wizard's toggle in English, whatever stands on it
        const { violations } = await new AxeBuilder({ page: other }).exclude('.pf-v6-c-wizard__toggle').analyze();
        expect(violations.map(({ id, nodes }) => `${screen} ${name}: ${id} ${nodes[0]?.html}`)).toEqual([]);
        expect(await other.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
      }
      await context.close();
    }
  });

  it('shows within a second what virsh did behind its back', async () => {
    await page.goto(`${site.url}/vms`);
    const row = page.getByRole('row').filter({ hasText: 'desk' });
    await row.getByText('Running').waitFor();
    await picture(page, 'vm-list');
    await site.virsh('destroy', 'desk');
    const began = performance.now();
    await row.getByText('Stopped').waitFor({ timeout: 10_000 });
    console.log(`a change by virsh was on the page after ${Math.round(performance.now() - began)} ms`);
  });

  it('deletes the VM after asking, with its volumes', async () => {
    await page.getByRole('link', { name: 'desk', exact: true }).click();
    await page.getByRole('button', { name: 'Actions', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByText('desk-root').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await site.until(async () => ((await site.api.call('vm.list')).items.length === 0 ? true : null), 60_000);
    expect(site.poolFiles().filter((name) => name.startsWith('vm-'))).toEqual([]);
    expect(faults).toEqual([]);
  });
});
