import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, type Domain, enums, type StoragePool, type StorageVolume } from '../index.ts';
import { Server } from '../server/server.ts';
import type { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { folderPool } from './counting-guest.ts';
import { diskBootSector, domainXml, echoBootSector, obstacle, virsh } from './fixture.ts';
import { compilerOf, installPackage } from './installed-package.ts';
import { Program } from './program.ts';
import { TwoHosts } from './two-hosts.ts';

/** What runs the examples; another Node or Bun to see whether they run there, too. */
const runtime = process.env['DOMUS_EXAMPLES_RUNTIME'] ?? process.execPath;
const MIB = 1024 * 1024;
const qemuImg = (...given: string[]) => promisify(execFile)('qemu-img', given);

describe.skipIf(obstacle() !== undefined)('the examples, where the package is installed', () => {
  let folder: string;
  let project: string;
  let hosts: TwoHosts;
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let pool: StoragePool;
  let domain: Domain;
  let compiler: Program;
  const programs: Program[] = [];

  const start = (program: string, ...given: string[]) => {
    const started = new Program(project, program, ...given);
    programs.push(started);
    return started;
  };
  const run = (example: string, ...given: string[]) => start(runtime, `${example}.ts`, ...given);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domus-ex-'));
    [project, hosts] = await Promise.all([installPackage(folder), TwoHosts.start()]);
    compiler = start(process.execPath, await compilerOf(project));
    daemon = hosts.here.daemon;
    connection = hosts.here.connection;
    pool = await folderPool(connection, 'images', hosts.sharedFolder);
  });

  afterAll(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await connection?.close();
    await hosts?.end();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** A domain that boots this volume, converted. */
  async function define(name: string, volume: StorageVolume): Promise<Domain> {
    const format = `<target><format type='qcow2'/><compat>1.1</compat></target>`;
    const xml = `<volume><name>${name}.qcow2</name><capacity unit='MiB'>9</capacity>${format}</volume>`;
    const disk = await pool.createVolumeXMLFrom(xml, volume);
    return connection.domains.defineXML(domainXml(name, await disk.getPath()));
  }

  test('upload: a disk image, zeros as holes', async () => {
    const file = join(folder, 'echo.img');
    const image = await open(file, 'w');
    await image.truncate(8 * MIB + 1000);
    await image.write(echoBootSector(), 0, 512, 0);
    await image.write(Buffer.from('at the end'), 0, 10, 8 * MIB + 990);
    await image.close();

    const upload = run('upload', file, 'images', daemon.uri());
    expect(await upload.ended(), upload.output).toBe(0);
    expect(upload.output).toMatch(/\r\d\d? %\r/);
    expect(upload.output).toContain(`\r100 %\n${hosts.sharedFolder}/echo.img: 8389608 bytes, of which the host gave `);
    const checksum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const volume = await pool.lookupVolumeByName('echo.img');
    expect(checksum(await buffer(await volume.download()))).toBe(checksum(await readFile(file)));
    expect((await stat(await volume.getPath())).blocks * 512).toBeLessThan(MIB);

    domain = await define('echo', volume);
  });

  test('list: by LIBVIRT_DEFAULT_URI', async () => {
    const list = start('env', `LIBVIRT_DEFAULT_URI=${daemon.uri()}`, runtime, 'list.ts');
    expect(await list.ended(), list.output).toBe(0);
    expect(list.output).toMatch(/^- {5}echo +SHUTOFF +1 +32$/m);
  });

  test('events and start: what is started is seen, and what cannot be started is told', async () => {
    const events = run('events', daemon.uri());
    await events.says('Ctrl-C ends');
    const first = run('start', 'echo', daemon.uri());
    expect(await first.ended(), first.output).toBe(0);
    expect(first.output).toMatch(/^echo has id \d+ and is RUNNING \(BOOTED\)$/m);
    await events.says(/^\S+Z domain echo: STARTED \(BOOTED\)$/m);
    events.kill('SIGINT');
    expect(await events.ended(), events.output).toBe(0);

    const again = run('start', 'echo', daemon.uri());
    expect(await again.ended()).toBe(1);
    expect(again.output).toBe('echo runs already\n');
    const nobody = run('start', 'nobody', daemon.uri());
    expect(await nobody.ended()).toBe(1);
    expect(nobody.output).toBe(`there is no domain 'nobody'\n`);
  });

  test('console: bytes of a pipe and back, until Ctrl-] is among them', async () => {
    const console = run('console', 'echo', daemon.uri());
    await console.says('Connected to echo');
    console.type('salve domus');
    await console.says('salve domus');
    console.type('et vale\x1dnever sent');
    expect(await console.ended(), console.output).toBe(0);
    expect(console.output).not.toContain('never');
  });

  test('console: a terminal, whose keys go to the guest one by one and unechoed', async () => {
    const console = start('script', '-qec', `${runtime} console.ts echo '${daemon.uri()}'`, '/dev/null');
    await console.says('Connected to echo');
    // No line end: a terminal that is not raw would keep it, and show it a second time.
    console.type('\x03key');
    await console.says('\x03key');
    console.type('\x1d');
    expect(await console.ended(), console.output).toBe(0);
    expect(console.output.match(/key/g)).toHaveLength(1);
    expect((await domain.getState()).state).toBe('RUNNING');
  });

  test('screenshot: a PNG', async () => {
    const screenshot = run('screenshot', 'echo', 'echo.png', daemon.uri());
    expect(await screenshot.ended(), screenshot.output).toBe(0);
    const { width, height } = PNG.sync.read(await readFile(join(project, 'echo.png')));
    expect(screenshot.output).toContain(`echo.png: ${width}x${height}, `);
    expect(width).toBeGreaterThanOrEqual(640);
  });

  test('screenshot: a PNG also where the daemon has a PPM', async () => {
    const path = join(daemon.folder, 'screen.ppm');
    await domain.guest.qemuMonitorCommand(`screendump ${path}`, 1);
    const ppm = await readFile(path);
    await using server = new Server<void>({
      open: () => undefined,
      handlers: {
        domainLookupByName: () => ({ dom: domain.ref }),
        domainScreenshot: (_, call) => {
          call.serveStream(async (stream) => {
            await stream.write(ppm);
            stream.end();
            await stream.settled();
          });
          return { mime: 'image/x-portable-pixmap' };
        },
      },
    });
    await server.listen({ path: join(folder, 'ppm') });
    const screenshot = run('screenshot', 'echo', 'ppm.png', `qemu:///system?socket=${folder}/ppm`);
    expect(await screenshot.ended(), screenshot.output).toBe(0);
    const { width, height, data } = PNG.sync.read(await readFile(join(project, 'ppm.png')));
    const header = `P6\n${width} ${height}\n255\n`;
    expect(ppm.toString('latin1', 0, header.length)).toBe(header);
    const pixels = Buffer.from(data.filter((_, index) => index % 4 < 3));
    expect(pixels.equals(ppm.subarray(header.length))).toBe(true);
  });

  test('migrate: to the other host, running', async () => {
    await connection.domains.createXML(
      `<domain type='qemu'><name>traveller</name><memory unit='MiB'>32</memory><os><type arch='x86_64' machine='pc'>hvm</type></os><devices><controller type='usb' model='none'/></devices></domain>`,
    );
    const migrate = run('migrate', 'traveller', hosts.there.daemon.uri(), daemon.uri());
    expect(await migrate.ended(), migrate.output).toBe(0);
    expect(migrate.output).toContain('traveller is RUNNING on live-there\n');
    expect(await virsh(hosts.there.daemon, 'domstate', 'traveller', '--reason')).toBe('running (migrated)');
    expect(await virsh(daemon, 'list', '--all', '--name')).not.toContain('traveller');

    const again = run('migrate', 'traveller', hosts.there.daemon.uri(), daemon.uri());
    expect(await again.ended()).toBe(1);
    expect(again.output).toContain('traveller stays where it was: NO_DOMAIN: ');
  });

  test('backup: first all, then what the guest wrote since', async () => {
    const boot = await pool.createVolumeXML(
      `<volume><name>boot.raw</name><capacity unit='MiB'>9</capacity><target><format type='raw'/></target></volume>`,
    );
    await pipeline([diskBootSector()], await boot.upload());
    const writer = await (await define('writer', boot)).create(enums.DomainCreateFlags.START_PAUSED);
    const console = await writer.openConsole(null, enums.DomainConsoleFlags.FORCE);
    const answer = async () => String((await once(console, 'data', { signal: AbortSignal.timeout(30_000) }))[0]);
    await writer.resume();
    expect(await answer()).toBe('!');

    const first = run('backup', 'writer', hosts.sharedFolder, daemon.uri());
    expect(await first.ended(), first.output).toBe(0);
    for (const letter of ['C', 'E']) {
      console.write(letter);
      expect(await answer()).toBe(letter);
    }
    console.destroy();
    const second = run('backup', 'writer', hosts.sharedFolder, daemon.uri());
    expect(await second.ended(), second.output).toBe(0);
    expect(second.output).toMatch(/^vda: 131072 bytes changed since backup-/m);
    const [, all] = /^vda: all of it is in (.*)$/m.exec(first.output)!;
    const [, changed] = /^vda: what changed is in (.*)$/m.exec(second.output)!;
    const { stdout } = await qemuImg('map', '-U', '--output=json', changed!);
    const map = JSON.parse(stdout) as { start: number; depth: number; data: boolean; zero: boolean }[];
    const own = map.filter(({ depth, data, zero }) => depth === 0 && data && !zero);
    expect(own.map(({ start }) => start / 65_536)).toEqual([3, 5]);
    expect((await writer.checkpoints.list()).length).toBe(1);
    await writer.destroy();
    await writer.undefine(enums.DomainUndefineFlags.CHECKPOINTS_METADATA);
    // The way back that the example tells.
    await qemuImg('rebase', '-u', '-F', 'qcow2', '-b', all!, changed!);
    const disk = join(hosts.sharedFolder, 'writer.qcow2');
    expect((await qemuImg('compare', changed!, disk)).stdout).toContain('Images are identical.');
  });

  test('metrics: what Prometheus reads, also while the daemon is away', async () => {
    const metrics = run('metrics', '0', daemon.uri());
    await metrics.says(/port: \d+/);
    const scrape = async () =>
      (await fetch(`http://localhost:${/port: (\d+)/.exec(metrics.output)![1]}/metrics`)).text();
    const text = await scrape();
    const labels = `domain="echo",uuid="${domain.uuid}"`;
    expect(text).toMatch(/^libvirt_up 1$/m);
    expect(text).toContain(
      `# TYPE libvirt_domain_cpu_seconds_total counter\nlibvirt_domain_cpu_seconds_total{${labels}} `,
    );
    expect(text).toContain(`libvirt_domain_state{${labels}} 1\n`);
    expect(text).toContain(`libvirt_domain_memory_bytes{${labels}} ${32 * MIB}\n`);
    expect(text).toMatch(RegExp(`^libvirt_domain_block_read_bytes_total{${labels},device="vda"} [1-9]`, 'm'));
    // Every line is a comment or a sample: name, labels, number.
    expect(text.split('\n').filter((line) => !/^(#.*|\w+(\{(\w+="[^"\\]*",?)+\})? [\d.e+-]+)?$/.test(line))).toEqual(
      [],
    );

    await daemon.kill();
    expect(await scrape()).toMatch(/^libvirt_up 0$/m);
    await daemon.start();
    // Each scrape waits two seconds for the connection, which comes back within five.
    let scrapes = 0;
    while (!/^libvirt_up 1$/m.test(await scrape())) expect(++scrapes).toBeLessThan(10);
    metrics.kill('SIGINT');
    expect(await metrics.ended(), metrics.output).toBe(0);
  });

  test('the types hold, without @types/ssh2 and without a look away from declarations', async () => {
    expect(await compiler.ended(), compiler.output).toBe(0);
  });

  test('what package.json exports is there', async () => {
    const script = `
      import manifest from '@domus/libvirt/package.json' with { type: 'json' };
      const modules = Object.keys(manifest.exports).map((name) => name.replace('.', '@domus/libvirt'));
      for (const name of modules.filter((name) => !name.endsWith('.json'))) console.log(Object.keys(await import(name)));`;
    const exported = start(process.execPath, '--input-type=module', '-e', script);
    expect(await exported.ended(), exported.output).toBe(0);
    expect(exported.output).toContain("'connect'");
    expect(exported.output).toContain("'PrivateLibvirtd'");
  });

  test('watch: sees the same host again after its daemon was killed', async () => {
    const watch = run('watch', daemon.uri());
    await watch.says('connected\necho: RUNNING\n');
    await daemon.kill();
    await watch.says('away: ');
    const seen = watch.output.length;
    await daemon.start();
    await watch.says('connected\n', seen);
    // The daemon adopts its guests in the background; what asks the monitor waits until it has.
    expect(await virsh(daemon, 'qemu-monitor-command', 'echo', '--hmp', 'info status')).toContain('running');
    await virsh(daemon, 'destroy', 'echo');
    await watch.says('echo: SHUTOFF', seen);
    await virsh(daemon, 'undefine', 'echo');
    await watch.says('echo: gone', seen);
    watch.kill('SIGINT');
    expect(await watch.ended(), watch.output).toBe(0);
  });
});
