export const signIn = {
  title: 'Sign in',
  name: 'User name',
  password: 'Password',
  submit: 'Sign in',
  setUpFirst: 'This Domus has no administrator yet. Open the link that "domus up" printed.',
};

export const setUp = {
  title: 'Set up Domus',
  intro: 'Name the administrator of this Domus and set a password.',
  name: 'Administrator name',
  again: 'Password again',
  submit: 'Set up',
  noToken: 'This link is incomplete',
  noTokenHint: 'Open the whole link that "domus up" printed; it holds a one-time key after the # sign.',
};

export const user = {
  none: 'No users',
  noneHint: 'A user signs in and has roles.',
  create: 'Create user',
  editTitle: 'Edit {{name}}',
  deleteTitle: 'Delete the user {{name}}?',
  deleteHint: 'Sessions and tokens of this user end at once. VMs stay.',
  displayName: 'Name shown',
  enable: 'Enable',
  disable: 'Disable',
  enabled: 'Enabled',
  disabled: 'Disabled',
  passwordHint: 'Leave it empty to keep the password',
  roleEverywhere: '{{role}} everywhere',
  roleIn: '{{role}} in {{project}}',
};

export const role = {
  title: 'Role',
  intro:
    'A role is held in one project or everywhere. Permissions on the site count only where the role is held everywhere.',
  name: { viewer: 'Viewer', user: 'User', operator: 'Operator', administrator: 'Administrator' },
  permission: 'Permission',
  siteWide: 'site',
  everywhere: 'Everywhere',
  add: 'Add a role',
  remove: 'Remove the role {{role}}',
};

export const project = {
  none: 'No projects',
  noneHint: 'A project holds VMs and volumes that belong together, and who may use them.',
  create: 'Create project',
  deleteTitle: 'Delete the project {{name}}?',
  deleteHint: 'Only an empty project can be deleted.',
};

export const audit = {
  intro: 'Every change, and every refusal; newest first.',
  at: 'When',
  actor: 'Who',
  action: 'Action',
  resource: 'Resource',
  outcome: 'Outcome',
  outcomes: { accepted: 'Accepted', refused: 'Refused' },
};

export const account = {
  preferences: 'Preferences',
  changePassword: 'Change password',
  currentPassword: 'Current password',
  newPassword: 'New password',
  passwordChanged: 'Your password is changed',
  engine: 'This engine',
  version: 'Version',
  node: 'Node.js',
  database: 'Database',
  dataFolder: 'Data folder',
};

export const token = {
  title: 'API tokens',
  none: 'No tokens. A token lets a program act as you.',
  create: 'Create token',
  made: 'Your new token',
  once: 'Copy it now: it is shown only this once.',
  revoke: 'Revoke',
  expires: 'Expires',
  expiresHint: 'Empty: never',
  never: 'Never',
  lastUsed: 'Last used',
  unused: 'Never',
};
