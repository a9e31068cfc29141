import type { Image } from '@domus/contract';
import type { Generated } from 'kysely';
import type { Migration } from '../database/index.ts';

interface ImagesTable {
  id: string;
  name: string;
  description: string;
  state: Image['state'];
  format: Image['format'];
  size_bytes: number | null;
  virtual_size_bytes: number | null;
  sha256: string | null;
  source: Image['source'];
  os: string | null;
  architecture: string;
  default_user: string | null;
  desktop: boolean;
  created_at: Generated<Date>;
}
interface ImageCopiesTable {
  image_id: string;
  storage_pool_id: string;
  state: 'uploading' | 'ready';
}
declare module '../database/index.ts' {
  interface Tables {
    images: ImagesTable;
    /** Where an image lies in a storage pool, as the base that VM disks are layers over. */
    image_copies: ImageCopiesTable;
  }
}

export const imageMigrations: readonly Migration[] = [
  {
    name: 'images-1',
    sql: `
      create table images (
        id uuid primary key,
        name text not null constraint images_name unique,
        description text not null,
        state text not null check (state in ('creating', 'available', 'failed', 'deleting')),
        format text not null check (format in ('qcow2', 'raw', 'iso')),
        size_bytes bigint,
        virtual_size_bytes bigint,
        sha256 text,
        source text not null,
        os text,
        architecture text not null,
        default_user text,
        desktop boolean not null,
        created_at timestamptz not null default now()
      );`,
  },
];

/** Apart, since copies refer to storage pools. */
export const copyMigrations: readonly Migration[] = [
  {
    name: 'image-copies-1',
    sql: `
      create table image_copies (
        image_id uuid not null references images on delete cascade,
        storage_pool_id uuid not null references storage_pools on delete cascade,
        state text not null check (state in ('uploading', 'ready')),
        primary key (image_id, storage_pool_id)
      );`,
  },
];
