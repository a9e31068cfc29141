import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { vmTabs } from '../screens/vms/vm-tabs.ts';
import { queryClient } from './query-client.ts';
import { sessionQuery } from './session.ts';
import { NotFound } from './shell/not-found.tsx';
import { PageError } from './shell/page-error.tsx';
import { Shell } from './shell/shell.tsx';
import { SignedIn } from './shell/signed-in.tsx';

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageError });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { from?: string } => {
    const from = text(search['from']);
    return from === undefined ? {} : { from };
  },
  component: lazyRouteComponent(() => import('../screens/sign-in/sign-in-page.tsx'), 'SignInPage'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('../screens/sign-in/set-up-page.tsx'), 'SetUpPage'),
});

/** Everything behind the sign-in; brings the event stream. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    const session = await queryClient.ensureQueryData(sessionQuery);
    if (session === null)
      redirect({ to: '/sign-in', search: location.href === '/' ? {} : { from: location.href }, throw: true });
  },
  component: SignedIn,
});
const shell = createRoute({ getParentRoute: () => signedIn, id: 'shell', component: Shell });

const overview = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('../screens/overview/overview-page.tsx'), 'OverviewPage'),
});
const vms = createRoute({
  getParentRoute: () => shell,
  path: '/vms',
  component: lazyRouteComponent(() => import('../screens/vms/vm-list-page.tsx'), 'VmListPage'),
});
const vmCreate = createRoute({
  getParentRoute: () => shell,
  path: '/vms/create',
  validateSearch: (search): { image?: string } => {
    const image = text(search['image']);
    return image === undefined ? {} : { image };
  },
  component: lazyRouteComponent(() => import('../screens/vm-create/vm-create-page.tsx'), 'VmCreatePage'),
});
const vm = createRoute({
  getParentRoute: () => shell,
  path: '/vms/$vmId',
  validateSearch: (search) => ({ tab: vmTabs.find((tab) => tab === search['tab']) ?? 'overview' }),
  component: lazyRouteComponent(() => import('../screens/vms/vm-page.tsx'), 'VmPage'),
});
/** The screen alone, for a window of its own. */
const vmScreen = createRoute({
  getParentRoute: () => signedIn,
  path: '/vms/$vmId/screen',
  component: lazyRouteComponent(() => import('../screens/consoles/screen-page.tsx'), 'ScreenPage'),
});
const images = createRoute({
  getParentRoute: () => shell,
  path: '/images',
  component: lazyRouteComponent(() => import('../screens/images/image-list-page.tsx'), 'ImageListPage'),
});
const volumes = createRoute({
  getParentRoute: () => shell,
  path: '/volumes',
  component: lazyRouteComponent(() => import('../screens/volumes/volume-list-page.tsx'), 'VolumeListPage'),
});
const storagePools = createRoute({
  getParentRoute: () => shell,
  path: '/storage-pools',
  component: lazyRouteComponent(
    () => import('../screens/storage-pools/storage-pool-list-page.tsx'),
    'StoragePoolListPage',
  ),
});
const networks = createRoute({
  getParentRoute: () => shell,
  path: '/networks',
  component: lazyRouteComponent(() => import('../screens/networks/network-list-page.tsx'), 'NetworkListPage'),
});
const hosts = createRoute({
  getParentRoute: () => shell,
  path: '/hosts',
  component: lazyRouteComponent(() => import('../screens/hosts/host-list-page.tsx'), 'HostListPage'),
});
const host = createRoute({
  getParentRoute: () => shell,
  path: '/hosts/$hostId',
  component: lazyRouteComponent(() => import('../screens/hosts/host-page.tsx'), 'HostPage'),
});
const operations = createRoute({
  getParentRoute: () => shell,
  path: '/operations',
  component: lazyRouteComponent(() => import('../screens/operations/operation-list-page.tsx'), 'OperationListPage'),
});
const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  component: lazyRouteComponent(() => import('../screens/users/user-list-page.tsx'), 'UserListPage'),
});
const projects = createRoute({
  getParentRoute: () => shell,
  path: '/projects',
  component: lazyRouteComponent(() => import('../screens/projects/project-list-page.tsx'), 'ProjectListPage'),
});
const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  component: lazyRouteComponent(() => import('../screens/roles/roles-page.tsx'), 'RolesPage'),
});
const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('../screens/audit/audit-page.tsx'), 'AuditPage'),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('../screens/account/account-page.tsx'), 'AccountPage'),
});

const inShell = [
  overview,
  vms,
  vmCreate,
  vm,
  images,
  volumes,
  storagePools,
  networks,
  hosts,
  host,
  operations,
  users,
  projects,
  roles,
  audit,
  account,
];

export const router = createRouter({
  routeTree: root.addChildren([signIn, setUp, signedIn.addChildren([vmScreen, shell.addChildren(inShell)])]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
