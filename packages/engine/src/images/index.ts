export { copyName } from './copies.ts';
export { Images, listCatalogue } from './images.ts';
export { findImage, findUsableImage, listImages } from './queries.ts';
export { buildSeed, makeSeedIso, sha512Crypt } from './seed/index.ts';
export { copyMigrations, imageMigrations } from './tables.ts';
