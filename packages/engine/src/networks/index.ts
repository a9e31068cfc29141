export {
  defaultNetwork,
  ensureDefaultNetwork,
  findNetwork,
  listNetworks,
  Networks,
  networkMigrations,
  observeNetworks,
} from './networks.ts';
