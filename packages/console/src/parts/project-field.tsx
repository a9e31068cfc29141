import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { projectList } from '../app/resources.ts';
import { SelectField } from './select-field.tsx';
import type { Field } from './use-form.ts';

interface ProjectFieldProps {
  field: Field;
  value: string;
  onChange: (value: string) => void;
}

/** The project that is meant when none is chosen: "default" where one may see it, else the first. */
export function useUsualProject(): string {
  const { data: projects = [] } = useQuery(projectList);
  return (projects.find(({ name }) => name === 'default') ?? projects[0])?.name ?? 'default';
}

/** Where a new resource belongs; not asked where there is but one project. */
export function ProjectField({ field, value, onChange }: ProjectFieldProps) {
  const { t } = useTranslation();
  const { data: projects = [] } = useQuery(projectList);
  if (projects.length < 2) return null;
  return (
    <SelectField
      field={field}
      label={t('common.project')}
      value={value}
      onChange={onChange}
      options={projects.map(({ name }) => ({ value: name, label: name }))}
    />
  );
}
