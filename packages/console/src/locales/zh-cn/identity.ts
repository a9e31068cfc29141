import type { Texts } from '../texts.ts';

export const signIn: Texts['signIn'] = {
  title: '登录',
  name: '用户名',
  password: '密码',
  submit: '登录',
  setUpFirst: '此 Domus 还没有管理员。请打开“domus up”打印的链接。',
};

export const setUp: Texts['setUp'] = {
  title: '设置 Domus',
  intro: '为此 Domus 的管理员命名并设置密码。',
  name: '管理员名称',
  again: '再次输入密码',
  submit: '完成设置',
  noToken: '此链接不完整',
  noTokenHint: '请打开“domus up”打印的完整链接；# 号之后是一次性密钥。',
};

export const user: Texts['user'] = {
  none: '没有用户',
  noneHint: '用户可以登录并拥有角色。',
  create: '创建用户',
  editTitle: '编辑 {{name}}',
  deleteTitle: '删除用户 {{name}}？',
  deleteHint: '此用户的会话和令牌立即失效。虚拟机保留。',
  displayName: '显示名称',
  enable: '启用',
  disable: '停用',
  enabled: '已启用',
  disabled: '已停用',
  passwordHint: '留空则保留原密码',
  roleEverywhere: '{{role}}（全局）',
  roleIn: '{{role}}（{{project}}）',
};

export const role: Texts['role'] = {
  title: '角色',
  intro: '角色可在一个项目中或全局拥有。站点级权限仅在全局拥有该角色时有效。',
  name: { viewer: '查看者', user: '用户', operator: '操作员', administrator: '管理员' },
  permission: '权限',
  siteWide: '站点',
  everywhere: '全局',
  add: '添加角色',
  remove: '移除角色 {{role}}',
};

export const project: Texts['project'] = {
  none: '没有项目',
  noneHint: '项目包含相关的虚拟机和卷，以及谁可以使用它们。',
  create: '创建项目',
  deleteTitle: '删除项目 {{name}}？',
  deleteHint: '只能删除空项目。',
};

export const audit: Texts['audit'] = {
  intro: '每次更改和每次拒绝；最新的在前。',
  at: '时间',
  actor: '操作者',
  action: '动作',
  resource: '资源',
  outcome: '结果',
  outcomes: { accepted: '已接受', refused: '已拒绝' },
};

export const account: Texts['account'] = {
  preferences: '偏好设置',
  changePassword: '更改密码',
  currentPassword: '当前密码',
  newPassword: '新密码',
  passwordChanged: '密码已更改',
  engine: '此引擎',
  version: '版本',
  node: 'Node.js',
  database: '数据库',
  dataFolder: '数据目录',
};

export const token: Texts['token'] = {
  title: 'API 令牌',
  none: '没有令牌。令牌可让程序以您的身份操作。',
  create: '创建令牌',
  made: '您的新令牌',
  once: '请立即复制：它只显示这一次。',
  revoke: '吊销',
  expires: '到期',
  expiresHint: '留空：永不到期',
  never: '永不',
  lastUsed: '最近使用',
  unused: '从未',
};
