export { certificateFor } from './certificates.ts';
export { isAlive, ProgramError, run, spawnDaemon, until } from './child.ts';
export { type DataFolder, DataFolderError, openDataFolder } from './data-folder.ts';
export { supervise } from './supervise.ts';
