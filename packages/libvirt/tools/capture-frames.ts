/**
 * Writes src/fuzz/corpus/frames.txt: what virsh and this client say to a private libvirtd, and what it answers. Needs root,
 * libvirtd, QEMU and virsh: `node tools/capture-frames.ts`. A command that this host cannot do is recorded with its error.
 */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { CORPUS_FILE } from '../src/fuzz/corpus.ts';
import { Recorder } from '../src/fuzz/recorder.ts';
import { allEventKinds, connect, enums } from '../src/index.ts';
import { domainXml, echoBootSector } from '../src/live/fixture.ts';
import { PrivateLibvirtd } from '../src/testing/private-libvirtd.ts';
import { QEMU_COMMANDS, TEST_DRIVER_COMMANDS } from './capture-commands.ts';

const run = promisify(execFile);

await using cleanUp = new AsyncDisposableStack();
// Always the same place, so that the corpus changes little when it is made again.
const folder = '/tmp/domus-corpus';
cleanUp.defer(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));
const daemon = await PrivateLibvirtd.start({ hostname: 'corpus', folder });
cleanUp.defer(() => daemon.stop());
const recorder = new Recorder();
const tap = join(daemon.folder, 'tap');
const server = await recorder.listen(tap, daemon.socketPath);
cleanUp.defer(() => void server.close());

const virsh = async (uri: string, command: string) => {
  const words = command
    .replaceAll('FOLDER', daemon.folder)
    .split(' ')
    .map((word) => word.replaceAll('\u00a0', ' '));
  await run('virsh', ['-c', `${uri}?socket=${tap}`, ...words], { timeout: 20_000 }).catch((error: Error) => {
    console.info(command, '·', error.message.split('\n').slice(1).join(' ').trim());
  });
};

const files = {
  'disk.img': Buffer.concat([echoBootSector(), Buffer.alloc(1024 * 1024 - 512)]),
  'echo.xml': domainXml('echo', `${daemon.folder}/images/echo.qcow2`),
  'net.xml': `<network><name>lan</name><bridge name='virbr-c'/><ip address='192.168.77.1' netmask='255.255.255.0'><dhcp><range start='192.168.77.10' end='192.168.77.20'/></dhcp></ip></network>`,
  'secret.xml': `<secret ephemeral='no' private='no'><usage type='volume'><volume>/none</volume></usage></secret>`,
  'filter.xml': `<filter name='drop-all'><rule action='drop' direction='inout' priority='500'/></filter>`,
  'iface.xml': `<interface type='ethernet' name='eth9'><start mode='none'/></interface>`,
};
await mkdir(join(daemon.folder, 'images'));
for (const [name, content] of Object.entries(files)) await writeFile(join(daemon.folder, name), content);

const image = join(daemon.folder, 'images/echo.qcow2');
await run('qemu-img', ['convert', '-O', 'qcow2', join(daemon.folder, 'disk.img'), image]);

// The test driver forgets what was done to it when nobody is connected.
const holder = await connect({ uri: `test+unix:///default?socket=${tap}` });
for (const command of TEST_DRIVER_COMMANDS) await virsh('test+unix:///default', command);
await holder.close();

await using connection = await connect({ uri: `qemu+unix:///system?socket=${tap}` });
const events = await connection.events.subscribe(allEventKinds, { skipUnsupported: true });
for (const command of QEMU_COMMANDS) await virsh('qemu+unix:///system', command);

// What virsh has no command for, or does otherwise.
const domain = await connection.domains.lookupByName('echo');
await domain.create(enums.DomainCreateFlags.START_PAUSED);
const { stream } = await connection.openStream('domainOpenConsole', { dom: domain.ref, dev_name: null, flags: 1 });
await domain.resume();
// It says '!' and then what it hears.
await stream.read();
await stream.write(Buffer.from('salve'));
await stream.read();
stream.abort();
const volume = await connection.storageVolumes.lookupByPath(image);
await buffer(await volume.download());
for await (const packet of await volume.downloadSparse()) void packet;
await domain.guest.qemuMonitorCommand('{"execute":"query-status"}');
await connection.domains.getAllDomainStats(0, 0, [domain]);
await connection
  .call('domainGetInfo', { dom: { ...domain.ref, uuid: '00000000-0000-0000-0000-000000000000' } })
  .catch(() => 0);
await domain.destroy();
await events.close();
await connection.call('connectSupportsFeature', { feature: 9 });
await domain.undefine(enums.DomainUndefineFlags.SNAPSHOTS_METADATA);

const lines = recorder.lines();
writeFileSync(CORPUS_FILE, `${lines.join('\n')}\n`);
console.info(`${lines.length} frames, ${lines.join('\n').length} bytes`);
