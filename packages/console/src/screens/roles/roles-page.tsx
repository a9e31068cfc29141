import { permissions, roleNames, roles, siteWide } from '@domus/contract';
import { PageSection } from '@patternfly/react-core';
import { Table, Tbody, Td, Th, Thead, Tr } from '@patternfly/react-table';
import { useTranslation } from 'react-i18next';
import { CheckCircleIcon } from '../../parts/icons.ts';
import { PageHeader } from '../../parts/page-header.tsx';

/** Which role may what: the table that the engine decides by. */
export function RolesPage() {
  const { t } = useTranslation();
  return (
    <>
      <PageHeader title={t('nav.roles')} description={t('role.intro')} />
      <PageSection isFilled>
        <div className="domus-scroll-x">
          <Table aria-label={t('nav.roles')} variant="compact" gridBreakPoint="">
            <Thead>
              <Tr>
                <Th>{t('role.permission')}</Th>
                {roleNames.map((role) => (
                  <Th key={role} textCenter>
                    {t(`role.name.${role}`)}
                  </Th>
                ))}
              </Tr>
            </Thead>
            <Tbody>
              {permissions.map((permission) => (
                <Tr key={permission}>
                  <Th scope="row">
                    <span className="domus-mono">{permission}</span>{' '}
                    {siteWide.has(permission) && <span className="domus-quiet">{t('role.siteWide')}</span>}
                  </Th>
                  {roleNames.map((role) => (
                    <Td key={role} textCenter>
                      {roles[role].includes(permission) ? (
                        <CheckCircleIcon title={t('common.yes')} className="domus-good" />
                      ) : (
                        <span className="pf-v6-screen-reader">{t('common.no')}</span>
                      )}
                    </Td>
                  ))}
                </Tr>
              ))}
            </Tbody>
          </Table>
        </div>
      </PageSection>
    </>
  );
}
