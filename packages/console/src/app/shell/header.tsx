import {
  Masthead,
  MastheadBrand,
  MastheadContent,
  MastheadLogo,
  MastheadMain,
  MastheadToggle,
  PageToggleButton,
  Toolbar,
  ToolbarContent,
  ToolbarGroup,
  ToolbarItem,
} from '@patternfly/react-core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Brand } from '../../parts/brand.tsx';
import { OperationsButton } from './operations-button.tsx';
import { UserMenu } from './user-menu.tsx';

/** A component of its own and not an inline one: React would make the link anew at every drawing, and lose clicks. */
function HomeLink({ className, children }: { className?: string; children?: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Link to="/" aria-label={t('shell.home')} className={className}>
      {children}
    </Link>
  );
}

interface HeaderProps {
  sidebar: { isOpen: boolean; toggle: () => void };
  operationsOpen: boolean;
  onOperations: () => void;
}

export function Header({ sidebar, operationsOpen, onOperations }: HeaderProps) {
  const { t } = useTranslation();
  return (
    <Masthead display={{ default: 'inline' }}>
      <MastheadMain>
        <MastheadToggle>
          <PageToggleButton
            isHamburgerButton
            aria-label={t('shell.navigation')}
            isSidebarOpen={sidebar.isOpen}
            onSidebarToggle={sidebar.toggle}
          />
        </MastheadToggle>
        <MastheadBrand>
          <MastheadLogo component={HomeLink}>
            <Brand />
          </MastheadLogo>
        </MastheadBrand>
      </MastheadMain>
      <MastheadContent>
        <Toolbar isStatic isFullHeight>
          <ToolbarContent>
            <ToolbarGroup variant="action-group-plain" align={{ default: 'alignEnd' }}>
              <ToolbarItem>
                <OperationsButton isOpen={operationsOpen} onClick={onOperations} />
              </ToolbarItem>
              <ToolbarItem>
                <UserMenu />
              </ToolbarItem>
            </ToolbarGroup>
          </ToolbarContent>
        </Toolbar>
      </MastheadContent>
    </Masthead>
  );
}
