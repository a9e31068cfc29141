import { Breadcrumb, BreadcrumbItem, Content, PageSection, Title } from '@patternfly/react-core';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';

interface PageHeaderProps {
  title: string;
  /** Stands beside the title: a state, a label. */
  badge?: ReactNode;
  /** The list that this page belongs to, as a link. */
  parent?: ReactNode;
  description?: ReactNode;
  actions?: ReactNode;
}

/** Name of the page, where it belongs, and what can be done there. Also names the browser's tab. */
export function PageHeader({ title, badge, parent, description, actions }: PageHeaderProps) {
  const { t } = useTranslation();
  useEffect(() => {
    document.title = t('shell.pageTitle', { title });
  }, [title, t]);
  return (
    <PageSection className="domus-page-header">
      {parent !== undefined && (
        <Breadcrumb aria-label={t('shell.breadcrumb')}>
          <BreadcrumbItem>{parent}</BreadcrumbItem>
        </Breadcrumb>
      )}
      <div className="domus-title-row">
        <Title headingLevel="h1" size="2xl" className="domus-title">
          {title}
        </Title>
        {badge}
        {actions !== undefined && <div className="domus-title-actions">{actions}</div>}
      </div>
      {description !== undefined && <Content component="p">{description}</Content>}
    </PageSection>
  );
}
