export { defaultPool, findPool, listPools, observePools } from './pools.ts';
export { storageMigrations } from './tables.ts';
export { findVolume, GIB, listVolumes, requireSpace, toVolume, Volumes } from './volumes.ts';
