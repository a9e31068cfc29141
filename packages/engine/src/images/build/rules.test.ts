import { describe, expect, it } from 'vitest';
import { aptSources } from './apt-sources.rules.ts';
import { masterBootCode, placedCore } from './boot-sector.rules.ts';
import { diskLayout } from './disk-layout.rules.ts';
import { mountsBelow } from './left-behind.ts';

describe('aptSources', () => {
  const deb822 = (uri: string, suites: string) =>
    `Types: deb deb-src\nURIs: ${uri}\nSuites: ${suites}\nComponents: main contrib\n`;

  it("takes the machine's own Debian mirror and nothing of third parties", () => {
    const text = aptSources('bookworm', [
      {
        path: '/etc/apt/sources.list.d/debian.sources',
        content: `# mirror\n${deb822('http://mirror.example/debian', 'bookworm bookworm-updates')}\n${deb822('http://mirror.example/debian-security', 'bookworm-security')}`,
      },
      { path: '/etc/apt/sources.list.d/node.sources', content: deb822('https://node.example/node_20.x', 'nodistro') },
      { path: '/etc/apt/sources.list', content: 'deb [arch=amd64] https://cloud.example/apt bookworm main\n' },
    ]);
    expect(text).toContain('URIs: http://mirror.example/debian\nSuites: bookworm bookworm-updates\n');
    expect(text).toContain('URIs: http://mirror.example/debian-security\nSuites: bookworm-security\n');
    expect(text).not.toMatch(/node|cloud|deb-src|contrib/);
  });

  it('reads one-line sources', () => {
    const content = '# c\ndeb http://m.example/debian bookworm main\ndeb-src http://m.example/debian bookworm main\n';
    expect(aptSources('bookworm', [{ path: '/etc/apt/sources.list', content }])).toContain(
      'URIs: http://m.example/debian\n',
    );
  });

  it("uses Debian's public mirror on another release or distribution, and a named mirror anywhere", () => {
    const trixie = { path: 'a.sources', content: deb822('http://mirror.example/debian', 'trixie') };
    const ubuntu = { path: 'b.list', content: 'deb http://archive.ubuntu.com/ubuntu noble main' };
    expect(aptSources('bookworm', [trixie, ubuntu])).toContain('http://deb.debian.org/debian-security');
    const named = aptSources('bookworm', [trixie], 'http://here.example/debian');
    expect(named).toContain('URIs: http://here.example/debian\nSuites: bookworm bookworm-updates');
    expect(named).toContain('URIs: http://here.example/debian-security\nSuites: bookworm-security');
  });
});

describe('boot sectors', () => {
  const bootImage = new Uint8Array(512);
  bootImage.set([0x55, 0xaa], 0x1fe);
  const coreImage = new Uint8Array(512 * 3 + 100);
  new DataView(coreImage.buffer).setUint16(0x1fc, 3, true);

  it('tells boot.img where core.img is and leaves the partition table alone', () => {
    const code = masterBootCode(bootImage, 2048);
    expect(code.length).toBe(440);
    expect(new DataView(code.buffer).getBigUint64(0x5c, true)).toBe(2048n);
    expect([code[0x66], code[0x67]]).toEqual([0x90, 0x90]);
  });

  it('tells core.img where its rest is, in whole sectors', () => {
    const core = placedCore(coreImage, 2048, 2048);
    expect(core.length).toBe(512 * 4);
    expect(new DataView(core.buffer).getBigUint64(0x1f4, true)).toBe(2049n);
  });

  it('refuses what would not start', () => {
    expect(() => masterBootCode(new Uint8Array(512), 2048)).toThrow(RangeError);
    expect(() => placedCore(coreImage, 2048, 3)).toThrow(/3/);
    expect(() => placedCore(new Uint8Array(1024), 2048, 2048)).toThrow(/block list/);
  });
});

describe('diskLayout', () => {
  it('puts the root last, inside the disk, with room for the second partition table', () => {
    const layout = diskLayout(1000);
    expect(layout.rootOffsetBytes + 1001 * 1024 * 1024).toBe(layout.diskSizeBytes);
    expect(layout.espOffsetBytes + layout.espSizeMiB * 1024 * 1024).toBe(layout.rootOffsetBytes);
    expect(layout.partitionTable.split('\n').filter((line) => line.startsWith('start='))).toHaveLength(3);
  });
});

describe('mountsBelow', () => {
  it('finds mounts inside a folder only, the deepest first', () => {
    const line = (path: string) => `36 35 98:0 / ${path} rw,noatime - ext4 /dev/sda rw`;
    const mountinfo = ['/', '/w/tree/dev', '/w/tree/dev/pts', '/w/tree2/dev', '/w/tree/a\\040b'].map(line).join('\n');
    expect(mountsBelow(mountinfo, '/w/tree')).toEqual(['/w/tree/dev/pts', '/w/tree/dev', '/w/tree/a b']);
  });
});
