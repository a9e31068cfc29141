import { once } from 'node:events';
import { pipeline } from 'node:stream/promises';
import { type Connection, type Domain, enums, type StoragePool } from '../index.ts';
import { countingBootSector, domainXml } from './fixture.ts';

const SIZE_BYTES = 16 * 1024 * 1024;

/** A pool of a folder that is there. */
export function folderPool(connection: Connection, name: string, path: string): Promise<StoragePool> {
  return connection.storagePools.createXML(
    `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`,
  );
}

/** A raw disk that counts from boot; all else in its 16 MiB is no zero, so that copying it takes its time. */
export async function countingDisk(pool: StoragePool, name: string): Promise<string> {
  const volume = await pool.createVolumeXML(
    `<volume><name>${name}</name><capacity>${SIZE_BYTES}</capacity><target><format type='raw'/></target></volume>`,
  );
  const rest = Buffer.alloc(SIZE_BYTES - 512, 'domus ');
  await pipeline([countingBootSector(), rest], await volume.upload());
  return volume.getPath();
}

/** Starts it and waits until it counts. */
export async function startCounting(connection: Connection, name: string, diskPath: string): Promise<Domain> {
  const xml = domainXml(name, diskPath).replace("type='qcow2'", "type='raw'");
  const domain = await connection.domains.createXML(xml);
  await counted(domain, 1);
  return domain;
}

/** The next numbers that the guest counts to. */
export async function counted(domain: Domain, howMany: number): Promise<number[]> {
  const console = await domain.openConsole(null, enums.DomainConsoleFlags.FORCE);
  let text = '';
  try {
    for (;;) {
      // The first line may be half of one.
      const numbers = text
        .split('\n')
        .slice(1, -1)
        .filter((line) => /^[0-9A-F]{4}$/.test(line));
      if (numbers.length >= howMany) return numbers.slice(0, howMany).map((number) => Number.parseInt(number, 16));
      const [data] = (await once(console, 'data', { signal: AbortSignal.timeout(60_000) })) as [Buffer];
      text += data.toString('latin1').replaceAll('\r', '');
    }
  } finally {
    console.destroy();
  }
}
