import { describe, expect, it } from 'vitest';
import { type Distribution, parseOsRelease, readDistribution } from './distribution.ts';
import { installCommand } from './install.ts';
import { engineNeeds, packagesOf } from './needs.ts';

const debian = parseOsRelease('PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nID=debian\n');
const trixie: Distribution = { ...debian, version: 13 };
const fedora = parseOsRelease("NAME='Fedora Linux'\nID=fedora\nVERSION_ID=43\n");

describe('os-release', () => {
  it('tells the package manager and the release', () => {
    expect(debian).toEqual({ manager: 'apt', id: 'debian', version: 12, name: 'Debian GNU/Linux 12 (bookworm)' });
    expect(fedora).toMatchObject({ manager: 'dnf', id: 'fedora', version: 43 });
    expect(parseOsRelease('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"')).toMatchObject({ manager: 'apt' });
    expect(parseOsRelease('ID="rocky"\nID_LIKE="rhel centos fedora"\nVERSION_ID="9.4"')).toMatchObject({
      manager: 'dnf',
      version: 9.4,
    });
    expect(parseOsRelease('ID=arch\nBUILD_ID=rolling')).toMatchObject({ manager: 'other', version: 0 });
  });
  it('may be missing', () => {
    expect(readDistribution(['/nowhere/os-release'])).toMatchObject({ manager: 'other' });
  });
});

describe('packages', () => {
  const all = (distribution: Distribution, architecture = 'x64') => packagesOf(engineNeeds(architecture), distribution);

  it('carry the names of each release', () => {
    expect(all(debian)).toContain('qemu-system-common');
    expect(all(trixie)).toContain('qemu-system-modules-spice');
    expect(all({ ...debian, id: 'ubuntu', version: 22.04 })).not.toContain('qemu-system-modules-spice');
    expect(all(fedora)).toContain('qemu-ui-spice-core');
    expect(all(debian, 'arm64')).toEqual(expect.arrayContaining(['qemu-system-arm', 'qemu-efi-aarch64']));
  });
  it('are named once each', () => {
    for (const distribution of [debian, trixie, fedora]) {
      expect(new Set(all(distribution)).size).toBe(all(distribution).length);
    }
  });
  it('are installed with sudo by others than root, and by hand where the manager is unknown', () => {
    expect(installCommand(debian, ['xorriso'], 0)?.slice(0, 1)).toEqual(['sh']);
    expect(installCommand(debian, ['xorriso'], 1000)?.slice(0, 2)).toEqual(['sudo', 'sh']);
    expect(installCommand({ ...debian, manager: 'other' }, ['xorriso'], 0)).toBeNull();
  });
});
