export const shell = {
  allOperations: 'All operations',
  apiDocs: 'API documentation',
  breadcrumb: 'Breadcrumb',
  connectionLost: 'The connection to Domus is lost. What is shown may be old; trying again…',
  home: 'Domus, overview',
  language: 'Language',
  languages: { en: 'English', 'zh-CN': '中文' },
  messages: 'Messages',
  navigation: 'Navigation',
  notFound: 'There is no such page',
  notFoundHint: 'The address may be mistyped, or what it led to was deleted.',
  pageTitle: '{{title}} · Domus',
  runningOperations: 'Operations, {{number}} running',
  runningNow: 'running',
  signOut: 'Sign out',
  skip: 'Skip to content',
  theme: 'Theme',
  themes: { system: 'As the system', light: 'Light', dark: 'Dark' },
  userMenu: 'User menu of {{name}}',
};

export const nav = {
  group: { compute: 'Compute', site: 'Site', administration: 'Administration' },
  overview: 'Overview',
  vms: 'VMs',
  images: 'Images',
  volumes: 'Volumes',
  networks: 'Networks',
  hosts: 'Hosts',
  storagePools: 'Storage pools',
  operations: 'Operations',
  users: 'Users',
  projects: 'Projects',
  roles: 'Roles',
  audit: 'Audit',
  account: 'My account',
};

export const overview = {
  count: '{{number}} {{what}}',
  freeOf: '{{free}} of {{total}}',
  hostDown: 'Host down',
  noProblems: 'No problems',
  ofUp: ' of {{total}} up',
  problems: 'Problems',
  recentOperations: 'Recent operations',
  usage: 'CPU and memory',
  usedOf: '{{used}} of {{total}}',
  vcpus: 'Virtual CPUs running',
  vcpusOnCpus: '{{vcpus}} on {{cpus}} CPUs',
};

export const firstSteps = {
  title: 'Your first VM in three steps',
  image: '1. Get an image',
  imageHint:
    'An image is the disk that a VM starts from. Domus builds one from packages, or downloads what a distribution publishes.',
  imageMaking: 'Your image is being made. You can go on as soon as it is available.',
  vm: '2. Create a VM',
  vmHint: 'Choose its size and who may sign in. It starts by itself and tells its address.',
  screen: '3. Open its screen',
  screenHint: 'Work in it from this page: screen, keyboard, mouse and clipboard, in a tab or in full screen.',
};
