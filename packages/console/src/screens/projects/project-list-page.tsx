import type { Project } from '@domus/contract';
import { Button } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { projectList } from '../../app/resources.ts';
import { useMay } from '../../app/session.ts';
import { Age } from '../../parts/age.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FolderIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { CreateProjectModal } from './create-project-modal.tsx';
import { DeleteProjectModal } from './delete-project-modal.tsx';

type Dialog = { kind: 'create' } | { kind: 'delete'; project: Project };

export function ProjectListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const query = useQuery(projectList);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const actionsOf = (project: Project) => [
    { key: 'delete', label: t('common.delete'), isDanger: true, onClick: () => setDialog({ kind: 'delete', project }) },
  ];
  return (
    <>
      <ListPage
        title={t('nav.projects')}
        query={query}
        textOf={({ name, description }) => [name, description]}
        primary={
          may('project:write') && <Button onClick={() => setDialog({ kind: 'create' })}>{t('project.create')}</Button>
        }
        empty={{ icon: FolderIcon, title: t('project.none'), body: t('project.noneHint') }}
      >
        {(projects) => (
          <DataTable<Project>
            label={t('nav.projects')}
            items={projects}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            actions={may('project:write') ? actionsOf : undefined}
            initialOrder={{ key: 'name', direction: 'asc' }}
            columns={[
              {
                key: 'name',
                label: t('common.name'),
                sortBy: ({ name }) => name,
                cell: ({ name }) => <LongText text={name} />,
              },
              {
                key: 'description',
                label: t('common.description'),
                cell: ({ description }) => <LongText text={description || '–'} />,
              },
              {
                key: 'age',
                label: t('common.created'),
                isNarrow: true,
                sortBy: ({ createdAt }) => Date.parse(createdAt),
                cell: ({ createdAt }) => <Age of={createdAt} />,
              },
            ]}
          />
        )}
      </ListPage>
      {dialog?.kind === 'create' && <CreateProjectModal onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteProjectModal project={dialog.project} onClose={close} />}
    </>
  );
}
