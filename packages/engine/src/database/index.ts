export * from './database.ts';
export { type Migration, migrate } from './migrate.ts';
export { byIdOrName, theOne } from './names.ts';
export { type PrivateServer, startPrivateServer } from './private-server.ts';
