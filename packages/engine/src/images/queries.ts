import { DomusError, type Image } from '@domus/contract';
import type { Selectable } from 'kysely';
import { byIdOrName, isUniqueViolation, type Queries, type Tables, theOne } from '../database/index.ts';
import { record } from '../events/index.ts';

type ImageRow = Selectable<Tables['images']>;

export const toImage = (row: ImageRow): Image => ({
  id: row.id,
  name: row.name,
  description: row.description,
  state: row.state,
  format: row.format,
  sizeBytes: row.size_bytes,
  virtualSizeBytes: row.virtual_size_bytes,
  sha256: row.sha256,
  source: row.source,
  os: row.os,
  architecture: row.architecture,
  defaultUser: row.default_user,
  desktop: row.desktop,
  createdAt: row.created_at.toISOString(),
});

export async function listImages(db: Queries): Promise<Image[]> {
  return (await db.selectFrom('images').selectAll().orderBy('name').execute()).map(toImage);
}

export async function findImage(db: Queries, asked: string, field?: string): Promise<Image> {
  return toImage(
    theOne(
      await db.selectFrom('images').selectAll().where(byIdOrName('images', asked)).execute(),
      'image',
      asked,
      field,
    ),
  );
}

/** The image, if VMs can be made from it. Errors: NOT_FOUND, IMAGE_NOT_READY. */
export async function findUsableImage(db: Queries, asked: string, field: string): Promise<Image> {
  const image = await findImage(db, asked, field);
  if (image.state !== 'available')
    throw new DomusError('IMAGE_NOT_READY', { name: image.name, state: image.state }, { field });
  return image;
}

type NewImage = Omit<ImageRow, 'created_at' | 'state' | 'size_bytes' | 'virtual_size_bytes' | 'sha256'>;

/** Errors: NAME_TAKEN. */
export async function insertImage(tx: Queries, image: NewImage): Promise<void> {
  try {
    await tx
      .insertInto('images')
      .values({ ...image, state: 'creating', size_bytes: null, virtual_size_bytes: null, sha256: null })
      .execute();
  } catch (error) {
    if (isUniqueViolation(error, 'images_name'))
      throw new DomusError('NAME_TAKEN', { kind: 'image', name: image.name }, { field: 'name' });
    throw error;
  }
  await record(tx, { type: 'created', kind: 'image', id: image.id, name: image.name });
}

export async function forgetImage(tx: Queries, id: string): Promise<void> {
  const gone = await tx.deleteFrom('images').where('id', '=', id).returning('name').executeTakeFirst();
  if (gone) await record(tx, { type: 'deleted', kind: 'image', id, name: gone.name });
}

export async function finishImage(
  tx: Queries,
  id: string,
  facts: { format: Image['format']; sizeBytes: number; virtualSizeBytes: number; sha256: string },
): Promise<Image> {
  const row = await tx
    .updateTable('images')
    .set({
      state: 'available',
      format: facts.format,
      size_bytes: facts.sizeBytes,
      virtual_size_bytes: facts.virtualSizeBytes,
      sha256: facts.sha256,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await record(tx, { type: 'changed', kind: 'image', id, name: row.name });
  return toImage(row);
}
