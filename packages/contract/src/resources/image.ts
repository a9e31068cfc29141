import { z } from 'zod';
import { Bytes, Description, Id, Instant, Name, PlainText } from '../primitives.ts';

export const ImageState = z.enum(['creating', 'available', 'failed', 'deleting']);
export const ImageFormat = z.enum(['qcow2', 'raw', 'iso']);

/** Bytes that a VM can start from: a disk (qcow2, raw) or an installation medium (iso). */
export const Image = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  state: ImageState,
  format: ImageFormat,
  sizeBytes: Bytes.nullable(),
  virtualSizeBytes: Bytes.nullable(),
  sha256: z.string().nullable(),
  source: z.enum(['built', 'catalogue', 'uploaded']),
  os: z.string().nullable().meta({ example: 'Debian 12' }),
  architecture: z.string(),
  defaultUser: z.string().nullable(),
  desktop: z.boolean().meta({ description: 'brings a graphical desktop' }),
  createdAt: Instant,
});
export type Image = z.infer<typeof Image>;

/** What can be made into an image here: `build` makes it from packages, `download` fetches the published file. */
export const CatalogueEntry = z.object({
  id: z.string().meta({ example: 'debian-12' }),
  name: z.string(),
  os: z.string(),
  method: z.enum(['build', 'download']),
  architecture: z.string(),
  url: z.string().nullable(),
  defaultUser: z.string().nullable(),
  desktop: z.boolean(),
});
export type CatalogueEntry = z.infer<typeof CatalogueEntry>;

/** Makes an image from an entry of the catalogue. */
export const ImageCreate = z.strictObject({
  entry: PlainText.min(1).max(100).meta({ example: 'debian-12' }),
  method: z.enum(['build', 'download']).meta({ description: 'build from packages, or download the published file' }),
  name: Name.optional().meta({ description: 'default: the id of the entry' }),
});

/** The body of an upload is the file itself (application/octet-stream). */
export const ImageUploadQuery = z.strictObject({
  name: Name,
  description: Description.default(''),
  os: PlainText.max(100).optional(),
  defaultUser: PlainText.max(32).optional(),
});
