import { roleNames } from '@domus/contract';
import { Button, FormGroup, FormSelect, FormSelectOption } from '@patternfly/react-core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectList } from '../../app/resources.ts';
import { PlusCircleIcon, TrashIcon } from '../../parts/icons.ts';

export interface RoleInput {
  role: (typeof roleNames)[number];
  /** Name of the project; null: everywhere. */
  project: string | null;
}

interface RolesFieldProps {
  roles: readonly RoleInput[];
  onChange: (roles: RoleInput[]) => void;
}

/** Roles of a user, each everywhere or in one project. */
export function RolesField({ roles, onChange }: RolesFieldProps) {
  const { t } = useTranslation();
  const { data: projects = [] } = useQuery(projectList);
  const put = (index: number, patch: Partial<RoleInput>) =>
    onChange(roles.map((each, at) => (at === index ? { ...each, ...patch } : each)));
  return (
    <FormGroup role="group" label={t('nav.roles')} fieldId="roles">
      <div className="domus-stack-tight">
        {roles.map(({ role, project }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows have no identity but their place
          <div key={index} className="domus-row">
            <FormSelect
              aria-label={t('role.title')}
              value={role}
              onChange={(_, value) => put(index, { role: roleNames.find((each) => each === value) ?? 'viewer' })}
            >
              {roleNames.map((each) => (
                <FormSelectOption key={each} value={each} label={t(`role.name.${each}`)} />
              ))}
            </FormSelect>
            <FormSelect
              aria-label={t('common.project')}
              value={project ?? ''}
              onChange={(_, value) => put(index, { project: value === '' ? null : value })}
            >
              <FormSelectOption value="" label={t('role.everywhere')} />
              {projects.map(({ id, name }) => (
                <FormSelectOption key={id} value={name} label={name} />
              ))}
            </FormSelect>
            <Button
              variant="plain"
              icon={<TrashIcon />}
              aria-label={t('role.remove', { role: t(`role.name.${role}`) })}
              onClick={() => onChange(roles.filter((_, at) => at !== index))}
            />
          </div>
        ))}
        <Button
          variant="link"
          isInline
          icon={<PlusCircleIcon />}
          onClick={() => onChange([...roles, { role: 'user', project: projects[0]?.name ?? null }])}
        >
          {t('role.add')}
        </Button>
      </div>
    </FormGroup>
  );
}
