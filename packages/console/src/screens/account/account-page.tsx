import { Card, CardBody, CardTitle, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { system } from '../../app/resources.ts';
import { useSession } from '../../app/session.ts';
import { FactsCard } from '../../parts/facts-card.tsx';
import { PageHeader } from '../../parts/page-header.tsx';
import { PasswordForm } from './password-form.tsx';
import { Preferences } from './preferences.tsx';
import { TokensCard } from './tokens-card.tsx';

/** Everything about oneself: password, tokens, language, theme; and what this engine is. */
export function AccountPage() {
  const { t } = useTranslation();
  const session = useSession();
  const { data: engine } = useQuery(system);
  return (
    <>
      <PageHeader title={t('nav.account')} {...(session === null ? {} : { description: session.user.name })} />
      <PageSection isFilled>
        <div className="domus-stack domus-narrow">
          <Card isCompact className="domus-card">
            <CardTitle component="h2">{t('account.preferences')}</CardTitle>
            <CardBody>
              <Preferences />
            </CardBody>
          </Card>
          <Card isCompact className="domus-card">
            <CardTitle component="h2">{t('account.changePassword')}</CardTitle>
            <CardBody>
              <PasswordForm />
            </CardBody>
          </Card>
          <TokensCard />
          {engine !== undefined && (
            <FactsCard
              title={t('account.engine')}
              facts={[
                [t('account.version'), engine.version],
                [t('account.node'), engine.node],
                [t('account.database'), engine.database],
                [t('account.dataFolder'), engine.dataFolder],
              ]}
            />
          )}
        </div>
      </PageSection>
    </>
  );
}
