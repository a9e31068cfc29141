import { Dropdown, DropdownItem, DropdownList, MenuToggle } from '@patternfly/react-core';
import { type ReactNode, useState } from 'react';
import { EllipsisVIcon } from './icons.ts';

export interface Action {
  key: string;
  label: string;
  onClick: () => void;
  isDisabled?: boolean;
  isDanger?: boolean;
}

interface ActionsMenuProps {
  /** What the menu is called by: visible where `toggle` is given, else to screen readers only. */
  label: string;
  actions: readonly Action[];
  /** Text of the button; without it: three dots. */
  toggle?: ReactNode;
  size?: 'default' | 'sm';
}

export function ActionsMenu({ label, actions, toggle, size = 'default' }: ActionsMenuProps) {
  const [open, setOpen] = useState(false);
  if (actions.length === 0) return null;
  return (
    <Dropdown
      isOpen={open}
      onOpenChange={setOpen}
      onSelect={() => setOpen(false)}
      popperProps={{ position: 'right' }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant={toggle === undefined ? 'plain' : 'secondary'}
          size={size}
          isExpanded={open}
          onClick={() => setOpen(!open)}
          {...(toggle === undefined ? { 'aria-label': label, icon: <EllipsisVIcon /> } : {})}
        >
          {toggle}
        </MenuToggle>
      )}
    >
      <DropdownList>
        {actions.map(({ key, label: text, onClick, isDisabled = false, isDanger = false }) => (
          <DropdownItem key={key} onClick={onClick} isDisabled={isDisabled} isDanger={isDanger}>
            {text}
          </DropdownItem>
        ))}
      </DropdownList>
    </Dropdown>
  );
}
