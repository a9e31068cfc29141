import type { Vm, VmState } from '@domus/contract';
import { ToggleGroup, ToggleGroupItem, ToolbarItem } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

const groups = ['all', 'running', 'stopped', 'problem'] as const;
export type StateGroup = (typeof groups)[number];

/** States as people ask for them: at work, off, in trouble. */
export const stateGroupOf: Record<VmState, Exclude<StateGroup, 'all'>> = {
  creating: 'running',
  starting: 'running',
  running: 'running',
  paused: 'running',
  stopping: 'running',
  deleting: 'stopped',
  stopped: 'stopped',
  crashed: 'problem',
  failed: 'problem',
  unknown: 'problem',
};

interface StateFilterProps {
  vms: readonly Vm[];
  value: StateGroup;
  onChange: (value: StateGroup) => void;
}

export function StateFilter({ vms, value, onChange }: StateFilterProps) {
  const { t } = useTranslation();
  const count = (group: StateGroup) =>
    group === 'all' ? vms.length : vms.filter(({ state }) => stateGroupOf[state] === group).length;
  return (
    <ToolbarItem>
      <ToggleGroup isCompact aria-label={t('vm.filterByState')}>
        {groups.map((group) => (
          <ToggleGroupItem
            key={group}
            text={t(`vm.filter.${group}`, { number: count(group) })}
            isSelected={group === value}
            onChange={() => onChange(group)}
          />
        ))}
      </ToggleGroup>
    </ToolbarItem>
  );
}
