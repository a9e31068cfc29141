export { HostDirectory, type HostListener, listHosts, showHost } from './directory.ts';
export { hostMigrations } from './table.ts';
