import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { UserIcon } from '../../parts/icons.ts';
import { api } from '../api.ts';
import { language, languages, setLanguage } from '../language.ts';
import { queryClient, sessionKey } from '../query-client.ts';
import { useSession } from '../session.ts';
import { setTheme, themes, useTheme } from '../theme.ts';

export function UserMenu() {
  const { t } = useTranslation();
  const session = useSession();
  const theme = useTheme();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const signOut = useMutation({
    mutationFn: () => api.call('session.delete'),
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      queryClient.clear();
      queryClient.setQueryData(sessionKey, null);
    },
  });
  const name = session?.user.displayName || session?.user.name;

  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          isExpanded={open}
          onClick={() => setOpen(!open)}
          icon={<UserIcon />}
          aria-label={t('shell.userMenu', { name })}
        >
          <span className="domus-wide-only">{name}</span>
        </MenuToggle>
      )}
    >
      <DropdownGroup label={session?.user.name}>
        <DropdownList>
          <DropdownItem onClick={() => navigate({ to: '/account' })}>{t('nav.account')}</DropdownItem>
          <DropdownItem to="/api/docs" target="_blank" rel="noreferrer">
            {t('shell.apiDocs')}
          </DropdownItem>
        </DropdownList>
      </DropdownGroup>
      <Divider />
      <DropdownGroup label={t('shell.theme')}>
        <DropdownList>
          {themes.map((each) => (
            <DropdownItem key={each} isSelected={each === theme} onClick={() => setTheme(each)}>
              {t(`shell.themes.${each}`)}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
      <DropdownGroup label={t('shell.language')}>
        <DropdownList>
          {languages.map((each) => (
            <DropdownItem key={each} lang={each} isSelected={each === language()} onClick={() => setLanguage(each)}>
              {t(`shell.languages.${each}`)}
            </DropdownItem>
          ))}
        </DropdownList>
      </DropdownGroup>
      <Divider />
      <DropdownList>
        <DropdownItem onClick={() => signOut.mutate()}>{t('shell.signOut')}</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
