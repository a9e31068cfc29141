import { createHash } from 'node:crypto';
import { mkdtemp, open, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Connection, connect, type Domain, enums } from '../index.ts';
import { MessageStatus } from '../rpc/frame.ts';
import { PrivateLibvirtd } from '../testing/private-libvirtd.ts';
import { ProtocolServer, ServerPeer } from '../testing/protocol-server.ts';
import { domainXml, echoBootSector, obstacle, virsh } from './fixture.ts';
import { installPackage } from './installed-package.ts';
import { Program } from './program.ts';

/** What runs the examples; another Node or Bun to see whether they run there, too. */
const runtime = process.env['DOMUS_EXAMPLES_RUNTIME'] ?? process.execPath;
const MIB = 1024 * 1024;

describe.skipIf(obstacle() !== undefined)('the examples, where the package is installed', () => {
  let folder: string;
  let project: string;
  let daemon: PrivateLibvirtd;
  let connection: Connection;
  let domain: Domain;
  const programs: Program[] = [];

  const start = (program: string, ...given: string[]) => {
    const started = new Program(project, program, ...given);
    programs.push(started);
    return started;
  };
  const run = (example: string, ...given: string[]) => start(runtime, `${example}.ts`, ...given);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'domus-ex-'));
    [project, daemon] = await Promise.all([
      installPackage(folder),
      PrivateLibvirtd.start({ hostname: 'live-examples' }),
    ]);
    connection = await connect({ uri: daemon.uri() });
  });

  afterAll(async () => {
    for (const program of programs) program.kill('SIGKILL');
    await connection?.close();
    await daemon?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  test('upload: a disk image, zeros as holes', async () => {
    const pool = await connection.storagePools.createXML(
      `<pool type='dir'><name>images</name><target><path>${daemon.folder}/images</path></target></pool>`,
      enums.StoragePoolCreateFlags.WITH_BUILD,
    );
    const file = join(folder, 'echo.img');
    const image = await open(file, 'w');
    await image.truncate(8 * MIB + 1000);
    await image.write(echoBootSector(), 0, 512, 0);
    await image.write(Buffer.from('at the end'), 0, 10, 8 * MIB + 990);
    await image.close();

    const upload = run('upload', file, 'images', daemon.uri());
    expect(await upload.ended(), upload.output).toBe(0);
    expect(upload.output).toContain('\r53 %');
    expect(upload.output).toContain('\r100 %');
    expect(upload.output).toContain(
      `${daemon.folder}/images/echo.img: 263144 bytes sent, 8126464 bytes of zeros left out`,
    );
    const checksum = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    const volume = await pool.lookupVolumeByName('echo.img');
    expect(checksum(await buffer(await volume.download()))).toBe(checksum(await readFile(file)));
    expect((await stat(await volume.getPath())).blocks * 512).toBeLessThan(MIB);

    const disk = await pool.createVolumeXMLFrom(
      `<volume><name>echo.qcow2</name><capacity unit='MiB'>9</capacity><target><format type='qcow2'/><compat>1.1</compat></target></volume>`,
      volume,
    );
    domain = await connection.domains.defineXML(domainXml('echo', await disk.getPath()));
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
    const { handlers } = new ProtocolServer({
      domainLookupByName: () => ({ dom: domain.ref }),
      domainScreenshot: (_, peer, serial) => {
        peer.stream('domainScreenshot', serial, MessageStatus.CONTINUE, ppm);
        peer.stream('domainScreenshot', serial, MessageStatus.CONTINUE);
        void peer
          .until(() => peer.streamPackets.length > 0)
          .then(() => peer.stream('domainScreenshot', serial, MessageStatus.OK));
        return { mime: 'image/x-portable-pixmap' };
      },
    });
    const server = createServer((socket) => void new ServerPeer(socket, handlers)).listen(join(folder, 'ppm'));
    try {
      const screenshot = run('screenshot', 'echo', 'ppm.png', `qemu:///system?socket=${folder}/ppm`);
      expect(await screenshot.ended(), screenshot.output).toBe(0);
    } finally {
      server.close();
    }
    const { width, height, data } = PNG.sync.read(await readFile(join(project, 'ppm.png')));
    const header = `P6\n${width} ${height}\n255\n`;
    expect(ppm.toString('latin1', 0, header.length)).toBe(header);
    const pixels = Buffer.from(data.filter((_, index) => index % 4 < 3));
    expect(pixels.equals(ppm.subarray(header.length))).toBe(true);
  });

  test('backup: first all, then what the guest wrote since', async () => {
    const folder = join(daemon.folder, 'images');
    const first = run('backup', 'echo', folder, daemon.uri());
    expect(await first.ended(), first.output).toBe(0);
    console.log(first.output);
    const second = run('backup', 'echo', folder, daemon.uri());
    expect(await second.ended(), second.output).toBe(0);
    console.log(second.output);
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
    connection = await connect({ uri: daemon.uri() });
    domain = await connection.domains.lookupByName('echo');
  });

  test('watch: sees the same host again after its daemon was killed', async () => {
    const watch = run('watch', daemon.uri());
    await watch.says('connected\necho: RUNNING\n');
    await daemon.kill();
    await watch.says('away: ');
    const seen = watch.output.length;
    await daemon.start();
    await watch.says('connected\n', seen);
    await virsh(daemon, 'destroy', 'echo');
    await watch.says('echo: SHUTOFF', seen);
    await virsh(daemon, 'undefine', 'echo', '--checkpoints-metadata');
    await watch.says('echo: gone', seen);
    watch.kill('SIGINT');
    expect(await watch.ended(), watch.output).toBe(0);
  });
});
