export { ensureDefaultNetwork } from './default-network.ts';
export { Networks } from './networks.ts';
export { observeNetworks } from './observe.ts';
export { defaultNetwork, findNetwork, listNetworks } from './queries.ts';
export { networkMigrations } from './table.ts';
