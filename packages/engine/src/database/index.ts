export * from './database.ts';
export { type Migration, migrate } from './migrate.ts';
export { type PrivateServer, startPrivateServer } from './private-server.ts';
export { byIdOrName, theOne } from './names.ts';
