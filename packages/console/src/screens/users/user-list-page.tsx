import type { User } from '@domus/contract';
import { Button, Label } from '@patternfly/react-core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '../../app/api.ts';
import { putResource } from '../../app/cached-resources.ts';
import { queryClient } from '../../app/query-client.ts';
import { userList } from '../../app/resources.ts';
import { useMay, useSession } from '../../app/session.ts';
import { Age } from '../../parts/age.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { UsersIcon } from '../../parts/icons.ts';
import { ListPage } from '../../parts/list-page.tsx';
import { LongText } from '../../parts/long-text.tsx';
import { Status } from '../../parts/status.tsx';
import { CreateUserModal } from './create-user-modal.tsx';
import { DeleteUserModal } from './delete-user-modal.tsx';
import { EditUserModal } from './edit-user-modal.tsx';

type Dialog = { kind: 'create' } | { kind: 'edit' | 'delete'; user: User };

export function UserListPage() {
  const { t } = useTranslation();
  const may = useMay();
  const session = useSession();
  const query = useQuery(userList);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const enable = useMutation({
    mutationFn: ({ id, enabled }: Pick<User, 'id' | 'enabled'>) =>
      api.call('user.update', { params: { id }, body: { enabled } }),
    onSuccess: (user) => putResource(queryClient, 'user', user),
  });
  const actionsOf = (user: User) => {
    const isMe = user.id === session?.user.id;
    return [
      { key: 'edit', label: t('common.edit'), onClick: () => setDialog({ kind: 'edit', user }) },
      {
        key: 'enable',
        label: user.enabled ? t('user.disable') : t('user.enable'),
        isDisabled: isMe,
        onClick: () => enable.mutate({ id: user.id, enabled: !user.enabled }),
      },
      {
        key: 'delete',
        label: t('common.delete'),
        isDanger: true,
        isDisabled: isMe,
        onClick: () => setDialog({ kind: 'delete', user }),
      },
    ];
  };
  return (
    <>
      <ListPage
        title={t('nav.users')}
        query={query}
        textOf={({ name, displayName }) => [name, displayName]}
        primary={may('user:write') && <Button onClick={() => setDialog({ kind: 'create' })}>{t('user.create')}</Button>}
        empty={{ icon: UsersIcon, title: t('user.none'), body: t('user.noneHint') }}
      >
        {(users) => (
          <DataTable<User>
            label={t('nav.users')}
            items={users}
            idOf={({ id }) => id}
            nameOf={({ name }) => name}
            actions={may('user:write') ? actionsOf : undefined}
            initialOrder={{ key: 'name', direction: 'asc' }}
            columns={[
              {
                key: 'name',
                label: t('common.name'),
                sortBy: ({ name }) => name,
                cell: ({ name }) => <LongText text={name} />,
              },
              {
                key: 'display',
                label: t('user.displayName'),
                cell: ({ displayName }) => <LongText text={displayName || '–'} />,
              },
              {
                key: 'enabled',
                label: t('common.state'),
                isNarrow: true,
                sortBy: ({ enabled }) => Number(enabled),
                cell: ({ enabled }) => (
                  <Status tone={enabled ? 'good' : 'off'} label={enabled ? t('user.enabled') : t('user.disabled')} />
                ),
              },
              {
                key: 'roles',
                label: t('nav.roles'),
                cell: ({ roles }) => (
                  <span className="domus-labels">
                    {roles.map(({ role, project }) => (
                      <Label key={`${role} ${project?.id}`} isCompact variant="outline">
                        {project === null
                          ? t('user.roleEverywhere', { role: t(`role.name.${role}`) })
                          : t('user.roleIn', { role: t(`role.name.${role}`), project: project.name })}
                      </Label>
                    ))}
                  </span>
                ),
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
      {dialog?.kind === 'create' && <CreateUserModal onClose={close} />}
      {dialog?.kind === 'edit' && <EditUserModal user={dialog.user} onClose={close} />}
      {dialog?.kind === 'delete' && <DeleteUserModal user={dialog.user} onClose={close} />}
    </>
  );
}
