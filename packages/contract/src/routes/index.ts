import type { Route } from '../route.ts';
import { computeRoutes } from './compute.ts';
import { hostsRoutes } from './hosts.ts';
import { identityRoutes } from './identity.ts';
import { imagesRoutes } from './images.ts';
import { systemRoutes } from './system.ts';

/** The whole API under /api/v1. Faces serve it, clients call it, the documentation page shows it. */
export const routes = {
  ...identityRoutes,
  ...hostsRoutes,
  ...imagesRoutes,
  ...computeRoutes,
  ...systemRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof routes;
export type RouteName = keyof Routes;
