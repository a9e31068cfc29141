import type { ChecksumAlgorithm } from './checksums.rules.ts';

export type CatalogueEntry = {
  id: string;
  name: string;
  os: string;
  version: string;
  architecture: 'x86_64';
  url: string;
  /** The publisher's own list of checksums; which algorithm it must hold is pinned here. */
  checksum: { url: string; algorithm: ChecksumAlgorithm };
  /** The user that cloud-init makes when a seed names none. */
  user: string;
};

const debian = 'https://cloud.debian.org/images/cloud';
const ubuntu = 'https://cloud-images.ubuntu.com/releases';
const fedora = 'https://download.fedoraproject.org/pub/fedora/linux/releases/44/Cloud/x86_64/images';
const rocky = 'https://dl.rockylinux.org/pub/rocky/9/images/x86_64';
const alma = 'https://repo.almalinux.org/almalinux/9/cloud/x86_64/images';
const leap = 'https://download.opensuse.org/distribution/leap';
const alpine = 'https://dl-cdn.alpinelinux.org/alpine/v3.23/releases/cloud';

/**
 * Cloud images as their publishers offer them. Where there is a "latest" address it is used; Fedora and Alpine have
 * none, so their entries name a release. Debian's "generic" images (not "genericcloud") have the drivers of SATA CDs.
 */
export const catalogue: readonly CatalogueEntry[] = [
  {
    id: 'debian-12-cloud',
    name: 'Debian 12 (cloud image)',
    os: 'debian',
    version: '12',
    architecture: 'x86_64',
    url: `${debian}/bookworm/latest/debian-12-generic-amd64.qcow2`,
    checksum: { url: `${debian}/bookworm/latest/SHA512SUMS`, algorithm: 'sha512' },
    user: 'debian',
  },
  {
    id: 'debian-13-cloud',
    name: 'Debian 13 (cloud image)',
    os: 'debian',
    version: '13',
    architecture: 'x86_64',
    url: `${debian}/trixie/latest/debian-13-generic-amd64.qcow2`,
    checksum: { url: `${debian}/trixie/latest/SHA512SUMS`, algorithm: 'sha512' },
    user: 'debian',
  },
  {
    id: 'ubuntu-24.04',
    name: 'Ubuntu Server 24.04 LTS',
    os: 'ubuntu',
    version: '24.04',
    architecture: 'x86_64',
    url: `${ubuntu}/24.04/release/ubuntu-24.04-server-cloudimg-amd64.img`,
    checksum: { url: `${ubuntu}/24.04/release/SHA256SUMS`, algorithm: 'sha256' },
    user: 'ubuntu',
  },
  {
    id: 'ubuntu-26.04',
    name: 'Ubuntu Server 26.04 LTS',
    os: 'ubuntu',
    version: '26.04',
    architecture: 'x86_64',
    url: `${ubuntu}/26.04/release/ubuntu-26.04-server-cloudimg-amd64.img`,
    checksum: { url: `${ubuntu}/26.04/release/SHA256SUMS`, algorithm: 'sha256' },
    user: 'ubuntu',
  },
  {
    id: 'fedora-44',
    name: 'Fedora Cloud 44',
    os: 'fedora',
    version: '44',
    architecture: 'x86_64',
    url: `${fedora}/Fedora-Cloud-Base-Generic-44-1.7.x86_64.qcow2`,
    checksum: { url: `${fedora}/Fedora-Cloud-44-1.7-x86_64-CHECKSUM`, algorithm: 'sha256' },
    user: 'fedora',
  },
  {
    id: 'rocky-9',
    name: 'Rocky Linux 9',
    os: 'rocky',
    version: '9',
    architecture: 'x86_64',
    url: `${rocky}/Rocky-9-GenericCloud.latest.x86_64.qcow2`,
    checksum: { url: `${rocky}/CHECKSUM`, algorithm: 'sha256' },
    user: 'rocky',
  },
  {
    id: 'almalinux-9',
    name: 'AlmaLinux 9',
    os: 'almalinux',
    version: '9',
    architecture: 'x86_64',
    url: `${alma}/AlmaLinux-9-GenericCloud-latest.x86_64.qcow2`,
    checksum: { url: `${alma}/CHECKSUM`, algorithm: 'sha256' },
    user: 'almalinux',
  },
  {
    id: 'opensuse-leap-15.6',
    name: 'openSUSE Leap 15.6',
    os: 'opensuse',
    version: '15.6',
    architecture: 'x86_64',
    url: `${leap}/15.6/appliances/openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2`,
    checksum: {
      url: `${leap}/15.6/appliances/openSUSE-Leap-15.6-Minimal-VM.x86_64-Cloud.qcow2.sha256`,
      algorithm: 'sha256',
    },
    user: 'opensuse',
  },
  {
    id: 'alpine-3.23',
    name: 'Alpine Linux 3.23',
    os: 'alpine',
    version: '3.23',
    architecture: 'x86_64',
    url: `${alpine}/nocloud_alpine-3.23.4-x86_64-bios-cloudinit-r0.qcow2`,
    checksum: { url: `${alpine}/nocloud_alpine-3.23.4-x86_64-bios-cloudinit-r0.qcow2.sha512`, algorithm: 'sha512' },
    user: 'alpine',
  },
];
