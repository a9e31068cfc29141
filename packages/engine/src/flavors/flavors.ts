import { DomusError, type Flavor } from '@domus/contract';
import type { Generated } from 'kysely';
import {
  byIdOrName,
  type Database,
  isUniqueViolation,
  type Migration,
  type Queries,
  theOne,
} from '../database/index.ts';
import { record } from '../events/index.ts';

interface FlavorsTable {
  id: Generated<string>;
  name: string;
  vcpus: number;
  memory_mib: number;
  disk_gib: number;
}
declare module '../database/index.ts' {
  interface Tables {
    flavors: FlavorsTable;
  }
}

export const flavorMigrations: readonly Migration[] = [
  {
    name: 'flavors-1',
    sql: `
      create table flavors (
        id uuid primary key default gen_random_uuid(),
        name text not null constraint flavors_name unique,
        vcpus integer not null,
        memory_mib integer not null,
        disk_gib integer not null
      );
      insert into flavors (name, vcpus, memory_mib, disk_gib) values
        ('tiny', 1, 512, 5), ('small', 1, 1024, 10), ('medium', 2, 2048, 20), ('large', 4, 4096, 40), ('xlarge', 8, 8192, 80);`,
  },
];

const toFlavor = (row: { id: string; name: string; vcpus: number; memory_mib: number; disk_gib: number }): Flavor => ({
  id: row.id,
  name: row.name,
  vcpus: row.vcpus,
  memoryMiB: row.memory_mib,
  diskGiB: row.disk_gib,
});

export async function listFlavors(db: Queries): Promise<Flavor[]> {
  return (
    await db.selectFrom('flavors').selectAll().orderBy('memory_mib').orderBy('vcpus').orderBy('name').execute()
  ).map(toFlavor);
}

export async function findFlavor(db: Queries, asked: string, field?: string): Promise<Flavor> {
  return toFlavor(
    theOne(
      await db.selectFrom('flavors').selectAll().where(byIdOrName('flavors', asked)).execute(),
      'flavor',
      asked,
      field,
    ),
  );
}

export async function createFlavor(db: Database, given: Omit<Flavor, 'id'>): Promise<Flavor> {
  return db.transaction().execute(async (tx) => {
    try {
      const row = await tx
        .insertInto('flavors')
        .values({ name: given.name, vcpus: given.vcpus, memory_mib: given.memoryMiB, disk_gib: given.diskGiB })
        .returningAll()
        .executeTakeFirstOrThrow();
      await record(tx, { type: 'created', kind: 'flavor', id: row.id, name: row.name });
      return toFlavor(row);
    } catch (error) {
      if (isUniqueViolation(error, 'flavors_name'))
        throw new DomusError('NAME_TAKEN', { kind: 'flavor', name: given.name }, { field: 'name' });
      throw error;
    }
  });
}

/** VMs keep the size that they were made with. */
export async function deleteFlavor(db: Database, asked: string): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const flavor = await findFlavor(tx, asked);
    await tx.deleteFrom('flavors').where('id', '=', flavor.id).execute();
    await record(tx, { type: 'deleted', kind: 'flavor', id: flavor.id, name: flavor.name });
  });
}
