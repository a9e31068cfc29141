import { createReadStream } from 'node:fs';
import type { Image } from '@domus/contract';
import { sql } from 'kysely';
import type { Database } from '../database/index.ts';
import type { FoundVolume, StoragePort } from '../hypervisor/port.ts';

/** Name of an image's copy in a storage pool. */
export const copyName = (image: Pick<Image, 'id' | 'format'>): string => `image-${image.id}.${image.format}`;

interface CopyRequest {
  image: Image;
  path: string;
  pool: { id: string; name: string };
  storage: StoragePort;
  signal: AbortSignal;
  onProgress: (fraction: number) => void;
}

/**
 * Sees to it that the pool has a whole copy of the image and answers where. One engine copies while others wait; a copy
 * that a crash left half done was never marked ready and is made anew.
 */
export async function ensureCopy(db: Database, request: CopyRequest): Promise<FoundVolume> {
  const { image, pool, storage } = request;
  const name = copyName(image);
  const ready = async (): Promise<FoundVolume | null> => {
    const row = await db
      .selectFrom('image_copies')
      .select('state')
      .where('image_id', '=', image.id)
      .where('storage_pool_id', '=', pool.id)
      .executeTakeFirst();
    return row?.state === 'ready' ? storage.findVolume(pool.name, name) : null;
  };
  const there = await ready();
  if (there !== null) return there;
  return db.connection().execute(async (connection) => {
    const lock = sql`hashtextextended(${`image-copy ${image.id} ${pool.id}`}, 0)`;
    await sql`select pg_advisory_lock(${lock})`.execute(connection);
    try {
      const since = await ready();
      if (since !== null) return since;
      await storage.deleteVolume(pool.name, name);
      await setState(db, image.id, pool.id, 'uploading');
      const size = image.sizeBytes ?? 0;
      const spec = {
        name,
        format: image.format === 'iso' ? ('raw' as const) : image.format,
        capacityBytes: image.virtualSizeBytes ?? size,
        backing: null,
      };
      const made = await storage.uploadVolume(
        pool.name,
        spec,
        createReadStream(request.path, { highWaterMark: 1 << 20 }),
        size,
        {
          signal: request.signal,
          onProgress: (sent) => request.onProgress(size === 0 ? 1 : sent / size),
        },
      );
      await setState(db, image.id, pool.id, 'ready');
      return made;
    } finally {
      await sql`select pg_advisory_unlock(${lock})`.execute(connection);
    }
  });
}

async function setState(db: Database, imageId: string, poolId: string, state: 'uploading' | 'ready'): Promise<void> {
  await db
    .insertInto('image_copies')
    .values({ image_id: imageId, storage_pool_id: poolId, state })
    .onConflict((conflict) => conflict.columns(['image_id', 'storage_pool_id']).doUpdateSet({ state }))
    .execute();
}
