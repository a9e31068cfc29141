/** The parts of a VM's page, in the order shown; `displays` says which consoles a VM has. */
export const vmTabs = ['overview', 'screen', 'vnc', 'serial', 'hardware', 'operations', 'definition'] as const;
export type VmTab = (typeof vmTabs)[number];
