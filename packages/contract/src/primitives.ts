import { z } from 'zod';

/** A UUID in lower case, RFC 9562. */
export const Id = z.uuid().meta({ description: 'UUID', example: '0198c0de-7a51-7c3e-9d51-7f2d3c1b0a99' });

/**
 * A name that people give: 1-63 characters, letters, digits, dot, dash and underscore, first and last a letter or digit.
 * One rule for every resource, so that a name can be a host name label, a file name and a libvirt name alike.
 */
export const Name = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/, {
    error: 'expected 1-63 letters, digits, ".", "-" or "_", first and last a letter or digit',
  })
  .meta({ example: 'web-1' });

/** Free text. NUL (U+0000) is in no text: databases, argument lists and terminals end at it. */
export const PlainText = z.string().refine((text) => !text.includes('\0'), { error: 'expected text without NUL' });

/** Free text shown to people, up to 500 characters. */
export const Description = PlainText.max(500);

/** RFC 3339 instant in UTC. */
export const Instant = z.iso.datetime().meta({ example: '2026-11-22T20:45:00.000Z' });

export const VcpuCount = z.int().min(1).max(512);
export const MemoryMiB = z
  .int()
  .min(32)
  .max(16 * 1024 * 1024)
  .meta({ description: 'memory in MiB' });
export const DiskGiB = z
  .int()
  .min(1)
  .max(64 * 1024)
  .meta({ description: 'disk in GiB' });
export const Bytes = z.int().min(0).meta({ description: 'bytes' });

/** Reference to another resource, with its name so that a list needs no second question. */
export const Reference = z.object({ id: Id, name: z.string() });
export type Reference = z.infer<typeof Reference>;

/** A page of a list; `next` is the cursor of the following page, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next: z.string().nullable() });

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(1000),
  after: z.string().max(200).optional(),
});

/** Where a resource is named in a path: its id or its name. */
export const IdOrName = PlainText.min(1).max(200);
export const ByIdOrName = z.object({ id: IdOrName });
