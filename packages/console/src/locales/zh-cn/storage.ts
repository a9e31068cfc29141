import type { Texts } from '../texts.ts';

export const image: Texts['image'] = {
  none: '还没有镜像',
  noneHint: '虚拟机从镜像启动：现成的磁盘或安装介质。',
  get: '获取镜像',
  upload: '上传镜像',
  uploadSubmit: '上传',
  catalogue: '目录',
  build: '构建',
  buildHint: '在本机用发行版的软件包构建，需要几分钟。',
  download: '下载',
  downloadHint: '从其项目下载，并与公布的校验和核对。',
  method: { build: '用软件包构建 · {{architecture}}', download: '下载 · {{architecture}}' },
  desktop: '桌面',
  os: '操作系统',
  osHint: '您对它的称呼，例如 Debian 12',
  format: '格式',
  virtualSize: '磁盘大小',
  source: '来源',
  sources: { built: '构建', catalogue: '下载', uploaded: '上传' },
  state: { creating: '创建中', available: '可用', failed: '失败', deleting: '删除中' },
  deleteTitle: '删除镜像 {{name}}？',
  deleteHint: '由它创建的虚拟机保留各自的磁盘。镜像无法恢复。',
  file: '文件',
  fileText: '{{size}}；qcow2、raw 或 ISO',
  uploading: '正在上传',
  checking: '正在检查镜像',
  uploaded: '镜像 {{name}} 已上传',
};

export const volume: Texts['volume'] = {
  none: '还没有卷',
  noneHint: '卷即磁盘。虚拟机自带卷；也可以创建空卷并连接到任何虚拟机。',
  create: '创建卷',
  attach: '连接',
  attachTitle: '将 {{name}} 连接到虚拟机',
  detach: '断开',
  noVm: '此项目中没有虚拟机',
  deleteTitle: '删除卷 {{name}}？',
  deleteHint: '其中的内容（{{size}}）将丢失且无法恢复。',
  role: '用途',
  roles: { root: '根', seed: '种子（cloud-init）', data: '数据' },
  vm: '虚拟机',
  sizeGiB: '大小（GiB）',
  storagePool: '存储池',
  state: { creating: '创建中', available: '可用', 'in-use': '使用中', deleting: '删除中', failed: '失败' },
};

export const storage: Texts['storage'] = {
  none: '没有存储池',
  noneHint: '存储池是主机存放卷的地方。每台主机自带默认存储池。',
  free: '可用',
  used: '已用',
  path: '路径',
  type: '类型',
  unknown: '大小未知',
};

export const network: Texts['network'] = {
  none: '还没有网络',
  noneHint: '网络将虚拟机彼此相连，并可通过 NAT 连接外部。',
  create: '创建网络',
  deleteTitle: '删除网络 {{name}}？',
  deleteHint: '虚拟机将无法再使用它。',
  mode: '模式',
  modes: { nat: 'NAT', isolated: '隔离', user: '用户模式', other: '其他' },
  modeHint: {
    nat: '虚拟机可通过主机访问外部；外部无法访问虚拟机。',
    isolated: '虚拟机只能彼此访问以及访问主机。',
  },
  cidr: '地址范围',
  bridge: '网桥',
};
