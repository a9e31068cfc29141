export { listAudit, writeAudit } from './audit.ts';
export {
  authorise,
  type Caller,
  describeSession,
  localCaller,
  may,
  mayAnywhere,
  projectsWhere,
  requireSeen,
} from './caller.ts';
export { newToken, tokenHash } from './secrets.ts';
export {
  administratorExists,
  callerOfSession,
  callerOfToken,
  changePassword,
  completeSetup,
  endExpired,
  makeSetupToken,
  SESSION_HOURS,
  signIn,
  signOut,
} from './sign-in.ts';
export { DEFAULT_PROJECT, identityMigrations } from './tables.ts';
export { createToken, deleteToken, listTokens } from './tokens.ts';
export {
  createProject,
  createUser,
  deleteProject,
  deleteUser,
  listProjects,
  listUsers,
  projectOf,
  showUser,
  updateUser,
} from './users.ts';
