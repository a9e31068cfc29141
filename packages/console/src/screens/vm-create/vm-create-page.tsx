import { Button, EmptyState, EmptyStateBody, EmptyStateFooter, PageSection } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { flavorList, imageList } from '../../app/resources.ts';
import { ImageIcon } from '../../parts/icons.ts';
import { PageHeader } from '../../parts/page-header.tsx';
import { useUsualProject } from '../../parts/project-field.tsx';
import { QueryView } from '../../parts/query-view.tsx';
import { VmCreateWizard } from './vm-create-wizard.tsx';

const route = getRouteApi('/signed-in/shell/vms/create');

export function VmCreatePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { image } = route.useSearch();
  const images = useQuery(imageList);
  const flavors = useQuery(flavorList);
  const project = useUsualProject();
  return (
    <>
      <PageHeader title={t('vm.create')} parent={<Link to="/vms">{t('nav.vms')}</Link>} />
      <PageSection isFilled padding={{ default: 'noPadding' }} className="domus-wizard">
        <QueryView query={images}>
          {(allImages) => {
            const available = allImages.filter(({ state }) => state === 'available');
            if (available.length === 0) {
              return (
                <EmptyState icon={ImageIcon} headingLevel="h2" variant="sm" titleText={t('image.none')}>
                  <EmptyStateBody>{t('firstSteps.imageHint')}</EmptyStateBody>
                  <EmptyStateFooter>
                    <Button onClick={() => navigate({ to: '/images' })}>{t('image.get')}</Button>
                  </EmptyStateFooter>
                </EmptyState>
              );
            }
            return (
              <QueryView query={flavors}>
                {(allFlavors) => (
                  <VmCreateWizard images={available} flavors={allFlavors} imageId={image} usualProject={project} />
                )}
              </QueryView>
            );
          }}
        </QueryView>
      </PageSection>
    </>
  );
}
