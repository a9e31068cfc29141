import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';

const here = import.meta.dirname;

/** An image as data: packages, and files laid over them. `hooks/` (shell, run by mmdebstrap) is common to all. */
export type Recipe = {
  name: RecipeName;
  title: string;
  suite: 'bookworm';
  packages: readonly string[];
  /** Absolute folders, laid over one another. */
  layers: readonly string[];
  /** Absolute scripts, run at the end with the tree as their argument. */
  customize: readonly string[];
  /** Below /usr/lib/modules/VERSION/kernel: drivers of hardware that no hypervisor gives. */
  unusedModules: readonly string[];
  rootSizeMiB: number;
  /** How many packages it becomes with all dependencies, about: only for the progress that is shown. */
  packageCount: number;
  desktop: boolean;
};

export const recipeNames = ['debian-12', 'debian-12-desktop'] as const;
export type RecipeName = (typeof recipeNames)[number];

/** GRUB makes the boot images inside the tree and is removed again (hooks/boot-loader.sh). */
const bootLoader = ['grub-common', 'grub-pc-bin', 'grub-efi-amd64-bin'];

const server = [
  'linux-image-amd64 initramfs-tools lz4 systemd-sysv systemd-resolved libpam-systemd dbus udev kmod',
  'cloud-init qemu-guest-agent openssh-server sudo',
  'iproute2 iputils-ping procps netbase ca-certificates curl less nano tzdata',
].flatMap((line) => line.split(' '));

const desktop = [
  'xserver-xorg-core xserver-xorg-input-libinput xserver-xorg-video-qxl xinit xauth xterm xclip',
  'x11-xserver-utils x11-utils x11-xkb-utils xfonts-base fonts-dejavu-core fonts-droid-fallback',
  'icewm pcmanfm l3afpad adwaita-icon-theme librsvg2-common shared-mime-info',
  'spice-vdagent spice-webdavd alsa-utils dbus-daemon',
].flatMap((line) => line.split(' '));

const unusedModules = [
  'drivers/net/wireless drivers/net/ethernet/mellanox drivers/infiniband drivers/media drivers/iio drivers/isdn',
  'drivers/gpu/drm/amd drivers/gpu/drm/nouveau drivers/gpu/drm/i915 drivers/gpu/drm/radeon drivers/staging',
  'drivers/mtd drivers/hwmon sound/soc net/wireless net/mac80211 net/bluetooth',
].flatMap((line) => line.split(' '));

export const recipes: Readonly<Record<RecipeName, Recipe>> = {
  'debian-12': {
    name: 'debian-12',
    title: 'Debian 12',
    suite: 'bookworm',
    packages: [...server, ...bootLoader],
    layers: [join(here, 'tree/common')],
    customize: [],
    unusedModules,
    rootSizeMiB: 2_012,
    packageCount: 229,
    desktop: false,
  },
  'debian-12-desktop': {
    name: 'debian-12-desktop',
    title: 'Debian 12 desktop',
    suite: 'bookworm',
    packages: [...server, ...desktop, ...bootLoader],
    layers: [join(here, 'tree/common'), join(here, 'tree/debian-12-desktop')],
    customize: [join(here, 'hooks/customize-desktop.sh')],
    unusedModules,
    rootSizeMiB: 3_036,
    packageCount: 440,
    desktop: true,
  },
};

/**
 * SHA-256 (hex) over everything in this repository that a build of the recipe depends on; the packages' versions, which
 * the mirror decides, are not part of it. Two equal keys mean that an earlier build may be used again.
 */
export async function recipeKey(recipe: Recipe): Promise<string> {
  const { layers, customize, packageCount: _, ...plain } = recipe;
  const hash = createHash('sha256').update(JSON.stringify(plain));
  for (const folder of [...layers, join(here, 'hooks')]) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    for (const file of files.sort()) hash.update(`\0${relative(here, file)}\0`).update(await readFile(file));
  }
  for (const script of customize) hash.update(`\0${relative(here, script)}`);
  return hash.digest('hex');
}
