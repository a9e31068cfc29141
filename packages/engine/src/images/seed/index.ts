export { buildSeed, type SeedFiles, type SeedRequest, type SeedResult } from './seed.rules.ts';
export { makeSeedIso } from './seed-iso.ts';
export { sha512Crypt } from './sha512-crypt.ts';
