import { ByIdOrName } from '../primitives.ts';
import { CatalogueEntry, Image, ImageCreate, ImageUploadQuery } from '../resources/image.ts';
import type { Route } from '../route.ts';
import { list, started } from './parts.ts';

/** What virtual machines start from. */
export const imagesRoutes = {
  'catalogue.list': {
    method: 'GET',
    path: '/catalogue',
    summary: 'Images that can be built or downloaded',
    permission: 'image:read',
    status: 200,
    reply: list(CatalogueEntry),
  },
  'image.list': {
    method: 'GET',
    path: '/images',
    summary: 'Images',
    permission: 'image:read',
    status: 200,
    reply: list(Image),
  },
  'image.show': {
    method: 'GET',
    path: '/images/:id',
    summary: 'An image',
    permission: 'image:read',
    status: 200,
    params: ByIdOrName,
    reply: Image,
  },
  'image.create': {
    method: 'POST',
    path: '/images',
    summary: 'Build or download an image of the catalogue',
    permission: 'image:write',
    body: ImageCreate,
    ...started,
  },
  'image.upload': {
    method: 'POST',
    path: '/images/upload',
    summary: 'Upload a disk image or an ISO',
    permission: 'image:write',
    status: 201,
    query: ImageUploadQuery,
    upload: true,
    reply: Image,
  },
  'image.delete': {
    method: 'DELETE',
    path: '/images/:id',
    summary: 'Delete an image that no VM uses',
    permission: 'image:write',
    params: ByIdOrName,
    ...started,
  },
} as const satisfies Record<string, Route>;
