import type { Texts } from '../texts.ts';

export const shell: Texts['shell'] = {
  allOperations: '全部操作',
  apiDocs: 'API 文档',
  breadcrumb: '面包屑导航',
  connectionLost: '与 Domus 的连接已断开。显示的内容可能已过时；正在重试…',
  home: 'Domus，概览',
  language: '语言',
  languages: { en: 'English', 'zh-CN': '中文' },
  messages: '消息',
  navigation: '导航',
  notFound: '没有此页面',
  notFoundHint: '地址可能有误，或其指向的内容已被删除。',
  pageTitle: '{{title}} · Domus',
  runningOperations: '操作，{{number}} 个正在运行',
  runningNow: '个正在运行',
  signOut: '退出登录',
  skip: '跳到内容',
  theme: '主题',
  themes: { system: '跟随系统', light: '浅色', dark: '深色' },
  userMenu: '{{name}} 的用户菜单',
};

export const nav: Texts['nav'] = {
  group: { compute: '计算', site: '站点', administration: '管理' },
  overview: '概览',
  vms: '虚拟机',
  images: '镜像',
  volumes: '卷',
  networks: '网络',
  hosts: '主机',
  storagePools: '存储池',
  operations: '操作',
  users: '用户',
  projects: '项目',
  roles: '角色',
  audit: '审计',
  account: '我的账户',
};

export const overview: Texts['overview'] = {
  count: '{{number}} {{what}}',
  freeOf: '{{free}} / {{total}}',
  hostDown: '主机离线',
  noProblems: '没有问题',
  ofUp: ' / {{total}} 在线',
  problems: '问题',
  recentOperations: '最近的操作',
  usage: 'CPU 与内存',
  usedOf: '{{used}} / {{total}}',
  vcpus: '运行中的虚拟 CPU',
  vcpusOnCpus: '{{vcpus}} 个，物理 CPU {{cpus}} 个',
};

export const firstSteps: Texts['firstSteps'] = {
  title: '三步创建您的第一台虚拟机',
  image: '1. 获取镜像',
  imageHint: '镜像是虚拟机启动所用的磁盘。Domus 可以用软件包构建，也可以下载发行版发布的镜像。',
  imageMaking: '正在制作镜像。完成后即可继续。',
  vm: '2. 创建虚拟机',
  vmHint: '选择规格以及谁可以登录。它会自动启动并显示地址。',
  screen: '3. 打开屏幕',
  screenHint: '直接在此页面中使用：屏幕、键盘、鼠标和剪贴板，可在标签页中或全屏使用。',
};
