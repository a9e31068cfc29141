import type { Permission } from '@domus/contract';
import { Nav, NavGroup, NavItem, PageSidebar, PageSidebarBody } from '@patternfly/react-core';
import { Link, useMatchRoute } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import {
  ClipboardListIcon,
  DatabaseIcon,
  DesktopIcon,
  FolderIcon,
  HddIcon,
  HomeIcon,
  ImageIcon,
  KeyIcon,
  NetworkWiredIcon,
  ServerIcon,
  TasksIcon,
  UsersIcon,
} from '../../parts/icons.ts';
import { useMay } from '../session.ts';

const groups = [
  {
    label: 'compute',
    items: [
      { to: '/', label: 'overview', icon: HomeIcon, permission: 'event:read' },
      { to: '/vms', label: 'vms', icon: DesktopIcon, permission: 'vm:read' },
      { to: '/images', label: 'images', icon: ImageIcon, permission: 'image:read' },
      { to: '/volumes', label: 'volumes', icon: HddIcon, permission: 'volume:read' },
      { to: '/networks', label: 'networks', icon: NetworkWiredIcon, permission: 'network:read' },
    ],
  },
  {
    label: 'site',
    items: [
      { to: '/hosts', label: 'hosts', icon: ServerIcon, permission: 'host:read' },
      { to: '/storage-pools', label: 'storagePools', icon: DatabaseIcon, permission: 'storage:read' },
      { to: '/operations', label: 'operations', icon: TasksIcon, permission: 'operation:read' },
    ],
  },
  {
    label: 'administration',
    items: [
      { to: '/users', label: 'users', icon: UsersIcon, permission: 'user:read' },
      { to: '/projects', label: 'projects', icon: FolderIcon, permission: 'project:write' },
      { to: '/roles', label: 'roles', icon: KeyIcon, permission: 'user:read' },
      { to: '/audit', label: 'audit', icon: ClipboardListIcon, permission: 'audit:read' },
    ],
  },
] as const satisfies readonly {
  label: string;
  items: readonly { to: string; label: string; icon: ComponentType; permission: Permission }[];
}[];

/** Leads to what the session may see, and to nothing else. */
export function Navigation({ isOpen, isOverPage }: { isOpen: boolean; isOverPage: boolean }) {
  const { t } = useTranslation();
  const may = useMay();
  const matchRoute = useMatchRoute();
  return (
    <PageSidebar isSidebarOpen={isOpen} className={isOverPage ? 'pf-m-expanded' : ''}>
      <PageSidebarBody>
        <Nav aria-label={t('shell.navigation')}>
          {groups.map(({ label, items }) => {
            const visible = items.filter(({ permission }) => may(permission));
            if (visible.length === 0) return null;
            return (
              <NavGroup key={label} title={t(`nav.group.${label}`)}>
                {visible.map(({ to, label: item, icon: Icon }) => (
                  <NavItem key={to} itemId={to} isActive={matchRoute({ to, fuzzy: to !== '/' }) !== false}>
                    <Link to={to}>
                      <span className="pf-v6-c-nav__link-icon">
                        <Icon />
                      </span>
                      <span className="pf-v6-c-nav__link-text">{t(`nav.${item}`)}</span>
                    </Link>
                  </NavItem>
                ))}
              </NavGroup>
            );
          })}
        </Nav>
      </PageSidebarBody>
    </PageSidebar>
  );
}
