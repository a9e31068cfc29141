import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  type CatalogueEntry,
  DomusError,
  type Image,
  type ImageCreate,
  type ImageUploadQuery,
  type Operation,
  text,
} from '@domus/contract';
import type { z } from 'zod';
import type { Database, Queries } from '../database/index.ts';
import { record } from '../events/index.ts';
import type { HostDirectory } from '../hosts/index.ts';
import { type OperationKind, type StepContext, startOperation } from '../operations/index.ts';
import { buildImage, recoverWorkFolder } from './build/index.ts';
import { catalogue, downloadImage } from './catalogue/index.ts';
import { copyName, ensureCopy } from './copies.ts';
import { asDomusError, refusedDownload } from './failures.ts';
import { inspectImage } from './inspect/index.ts';
import { findImage, findUsableImage, finishImage, forgetImage, insertImage, toImage } from './queries.ts';
import { buildable } from './recipes.ts';

interface CreateInput {
  entry: string;
  method: 'build' | 'download';
}

/** What can be made into an image here. */
export function listCatalogue(): CatalogueEntry[] {
  const built = buildable.map(({ recipe, name, os, desktop }) => ({
    id: recipe,
    name,
    os,
    method: 'build' as const,
    architecture: 'x86_64',
    url: null,
    defaultUser: null,
    desktop,
  }));
  const fetched = catalogue.map((entry) => ({
    id: entry.id,
    name: entry.name,
    os: entry.os,
    method: 'download' as const,
    architecture: entry.architecture,
    url: entry.url,
    defaultUser: entry.user,
    desktop: false,
  }));
  return [...built, ...fetched];
}

/** Images: their bytes lie in a folder of the engine, their copies in the storage pools that use them. */
export class Images {
  readonly #db: Database;
  readonly #folder: string;
  readonly #workFolder: string;
  readonly createKind: OperationKind<CreateInput>;
  readonly deleteKind: OperationKind<{ copies: { hostId: string; pool: string; volume: string }[] }>;

  constructor(db: Database, hosts: HostDirectory, dataFolder: string) {
    this.#db = db;
    this.#folder = join(dataFolder, 'images');
    this.#workFolder = join(dataFolder, 'work');
    this.createKind = {
      kind: 'image.create',
      resourceKind: 'image',
      steps: [
        {
          name: 'fetch',
          run: (context) => this.#make(context),
          undo: async ({ resourceId }) => {
            await recoverWorkFolder(this.#work(resourceId));
            await rm(this.#partial(resourceId), { force: true });
            await rm(this.#final(resourceId, 'qcow2'), { force: true });
            await db.transaction().execute((tx) => forgetImage(tx, resourceId));
          },
        },
        { name: 'verify', run: (context) => this.#verify(context) },
      ],
    };
    this.deleteKind = {
      kind: 'image.delete',
      resourceKind: 'image',
      cancellable: false,
      steps: [
        {
          name: 'delete-copies',
          run: async ({ input }) => {
            for (const { hostId, pool, volume } of input.copies)
              await hosts.link(hostId).storage.deleteVolume(pool, volume);
          },
        },
        {
          name: 'delete-file',
          run: async ({ resourceId }) => {
            for (const format of ['qcow2', 'raw', 'iso'] as const)
              await rm(this.#final(resourceId, format), { force: true });
            await db.transaction().execute((tx) => forgetImage(tx, resourceId));
          },
        },
      ],
    };
  }

  #work = (id: string): string => join(this.#workFolder, id);
  #partial = (id: string): string => join(this.#folder, `${id}.partial`);
  #final = (id: string, format: string): string => join(this.#folder, `${id}.${format}`);

  async #make(context: StepContext<CreateInput>): Promise<void> {
    const { resourceId: id, input, signal } = context;
    await mkdir(this.#folder, { recursive: true });
    const onProgress = ({ fraction, message }: { fraction: number; message: string }) =>
      context.progress(fraction, message);
    if (input.method === 'build') {
      const recipe = buildable.find((each) => each.recipe === input.entry)?.recipe;
      if (recipe === undefined) throw new DomusError('NOT_FOUND', { kind: 'catalogue-entry', id: input.entry });
      await mkdir(this.#workFolder, { recursive: true });
      const aptCache = join(this.#workFolder, 'apt-cache');
      await buildImage({
        recipe,
        target: this.#final(id, 'qcow2'),
        workFolder: this.#work(id),
        aptCache,
        signal,
        onProgress,
        log: () => undefined,
      }).catch(asDomusError);
      return;
    }
    const entry = catalogue.find((each) => each.id === input.entry);
    if (entry === undefined) throw new DomusError('NOT_FOUND', { kind: 'catalogue-entry', id: input.entry });
    const result = await downloadImage({ entry, target: this.#partial(id), signal, onProgress });
    if (!result.ok) throw refusedDownload(entry.url, result);
    await rename(this.#partial(id), this.#final(id, 'qcow2'));
  }

  async #verify({ resourceId: id, signal }: StepContext<CreateInput>): Promise<void> {
    await this.#admit(this.#db, id, this.#final(id, 'qcow2'), signal);
  }

  /** Looks into the file with the eyes of a sceptic and makes the image available. Errors: IMAGE_REFUSED. */
  async #admit(db: Database, id: string, path: string, signal: AbortSignal): Promise<Image> {
    const verdict = await inspectImage(path, { signal });
    if (!verdict.ok) throw new DomusError('IMAGE_REFUSED', { field: verdict.field, reason: verdict.message });
    const { size } = await stat(path);
    const sha256 = await sha256Of(path, signal);
    const { format } = verdict;
    if (format !== 'qcow2' && format !== 'raw' && format !== 'iso')
      throw new DomusError('IMAGE_REFUSED', {
        field: 'format',
        reason: text(`expected qcow2, raw or iso, found ${format}`, `应为 qcow2、raw 或 iso，实际为 ${format}`),
      });
    if (path !== this.#final(id, format)) await rename(path, this.#final(id, format));
    return db
      .transaction()
      .execute((tx) =>
        finishImage(tx, id, { format, sizeBytes: size, virtualSizeBytes: verdict.virtualSizeBytes, sha256 }),
      );
  }

  /** Errors: NOT_FOUND (entry), NAME_TAKEN. */
  async create(given: z.output<typeof ImageCreate>, by: string): Promise<Operation> {
    const entry = listCatalogue().find(({ id, method }) => id === given.entry && method === given.method);
    if (entry === undefined)
      throw new DomusError(
        'NOT_FOUND',
        { kind: 'catalogue-entry', id: `${given.entry} (${given.method})` },
        { field: 'entry' },
      );
    const id = randomUUID();
    const name = given.name ?? entry.id;
    return this.#db.transaction().execute(async (tx) => {
      const source = given.method === 'build' ? 'built' : 'catalogue';
      await insertImage(tx, {
        id,
        name,
        description: '',
        format: 'qcow2',
        source,
        os: entry.os,
        architecture: entry.architecture,
        default_user: entry.defaultUser,
        desktop: entry.desktop,
      });
      return startOperation(tx, {
        kind: this.createKind,
        resource: { id, name },
        projectId: null,
        input: { entry: given.entry, method: given.method },
        by,
      });
    });
  }

  /** Takes a file in; it is inspected before anything uses it. Errors: NAME_TAKEN, IMAGE_REFUSED; then nothing is kept. */
  async upload(given: z.output<typeof ImageUploadQuery>, bytes: Readable, signal: AbortSignal): Promise<Image> {
    const id = randomUUID();
    await mkdir(this.#folder, { recursive: true });
    await this.#db.transaction().execute((tx) =>
      insertImage(tx, {
        id,
        name: given.name,
        description: given.description,
        format: 'raw',
        source: 'uploaded',
        os: given.os ?? null,
        architecture: 'x86_64',
        default_user: given.defaultUser ?? null,
        desktop: false,
      }),
    );
    try {
      await pipeline(bytes, createWriteStream(this.#partial(id), { flags: 'wx', mode: 0o600, flush: true }), {
        signal,
      });
      return await this.#admit(this.#db, id, this.#partial(id), signal);
    } catch (error) {
      await rm(this.#partial(id), { force: true });
      await this.#db.transaction().execute((tx) => forgetImage(tx, id));
      throw signal.aborted ? signal.reason : error;
    }
  }

  /** Uploads that an engine did not live to finish. Call at start, before any upload is taken. */
  async forgetBrokenUploads(): Promise<void> {
    const rows = await this.#db
      .selectFrom('images')
      .selectAll()
      .where('state', '=', 'creating')
      .where('source', '=', 'uploaded')
      .execute();
    for (const image of rows.map(toImage)) {
      await rm(this.#partial(image.id), { force: true });
      await this.#db.transaction().execute((tx) => forgetImage(tx, image.id));
    }
  }

  /** Errors: IN_USE, BUSY. */
  async delete(asked: string, by: string): Promise<Operation> {
    return this.#db.transaction().execute(async (tx) => {
      const image = await findImage(tx, asked);
      await this.#requireUnused(tx, image);
      await tx.updateTable('images').set({ state: 'deleting' }).where('id', '=', image.id).execute();
      await record(tx, { type: 'changed', kind: 'image', id: image.id, name: image.name });
      const rows = await tx
        .selectFrom('image_copies')
        .innerJoin('storage_pools', 'storage_pools.id', 'image_copies.storage_pool_id')
        .select(['host_id as hostId', 'name as pool'])
        .where('image_id', '=', image.id)
        .execute();
      const copies = rows.map(({ hostId, pool }) => ({ hostId, pool, volume: copyName(image) }));
      return startOperation(tx, { kind: this.deleteKind, resource: image, projectId: null, input: { copies }, by });
    });
  }

  async #requireUnused(tx: Queries, image: Image): Promise<void> {
    const vms = await tx
      .selectFrom('vms')
      .select('name')
      .where((e) => e.or([e('image_id', '=', image.id), e('iso_id', '=', image.id)]))
      .limit(5)
      .execute();
    if (vms.length > 0)
      throw new DomusError('IN_USE', {
        kind: 'image',
        name: image.name,
        users: vms.map(({ name }) => name).join(', '),
      });
  }

  /** Puts the image into a storage pool unless it is there; answers its volume. */
  async copyTo(
    imageId: string,
    pool: { id: string; name: string },
    hosts: HostDirectory,
    hostId: string,
    signal: AbortSignal,
    onProgress: (fraction: number) => void,
  ) {
    const image = await findUsableImage(this.#db, imageId, 'image');
    return ensureCopy(this.#db, {
      image,
      path: this.#final(image.id, image.format),
      pool,
      storage: hosts.link(hostId).storage,
      signal,
      onProgress,
    });
  }
}

async function sha256Of(path: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, { signal });
  return hash.digest('hex');
}
