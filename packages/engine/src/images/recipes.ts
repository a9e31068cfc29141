import type { RecipeName } from './build/index.ts';

/** Images that can be built from the distribution's packages, for people to choose from. */
export const buildable: readonly { recipe: RecipeName; name: string; os: string; desktop: boolean }[] = [
  { recipe: 'debian-12', name: 'Debian 12 server', os: 'Debian 12', desktop: false },
  { recipe: 'debian-12-desktop', name: 'Debian 12 desktop', os: 'Debian 12', desktop: true },
];
