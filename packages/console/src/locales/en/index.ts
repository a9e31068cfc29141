import { common, validation } from './common.ts';
import { console } from './console.ts';
import { create } from './create.ts';
import { host } from './host.ts';
import { account, audit, project, role, setUp, signIn, token, user } from './identity.ts';
import { operation } from './operation.ts';
import { firstSteps, nav, overview, shell } from './shell.ts';
import { image, network, storage, volume } from './storage.ts';
import { confinement, vm } from './vm.ts';

export const en = {
  account,
  audit,
  common,
  confinement,
  console,
  create,
  firstSteps,
  host,
  image,
  nav,
  network,
  operation,
  overview,
  project,
  role,
  setUp,
  shell,
  signIn,
  storage,
  token,
  user,
  validation,
  vm,
  volume,
};
