// The arrows of ARCHITECTURE.md as rules. tools/layers.test.ts proves that each of them bites.
const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const engine = '^packages/engine/src';
/** The one place where faces, subjects and adapters are put together. */
const wiring = 'main\\.ts|commands/';
/** A test may reach further than what it tests. */
const source = (path) => ({ path, pathNot: '\\.test\\.ts$' });

export default {
  forbidden: [
    forbid('no-cycles', 'a cycle has no beginning to read from', {}, { circular: true }),
    forbid(
      'libvirt-stands-alone',
      '@domus/libvirt is published alone: Node only, and ssh2 where it is installed',
      { path: '^packages/libvirt/src' },
      { path: '^packages/(?!libvirt/)' },
    ),
    forbid(
      'server-half-knows-no-client',
      'both halves of @domus/libvirt stand on the same protocol, not on each other',
      source('^packages/libvirt/src/server/'),
      { path: '^packages/libvirt/src/(index|connection|reconnecting|objects/|auth/|events/)' },
    ),
    forbid(
      'spice-stands-alone',
      '@domus/spice is published alone',
      { path: '^packages/spice/src' },
      { path: '^packages/(?!spice/)' },
    ),
    forbid(
      'spice-core-is-neutral',
      'wire, channels and codecs know neither half',
      source('^packages/spice/src/(?!browser/|node/)'),
      { path: '^packages/spice/src/(browser|node)/' },
    ),
    forbid(
      'spice-runs-anywhere',
      'what only Node has belongs into the Node half',
      source('^packages/spice/src/(?!node/)'),
      { dependencyTypes: ['core'] },
    ),
    forbid(
      'contract-imports-nobody',
      'the contract is data',
      { path: '^packages/contract/src' },
      { path: '^packages/(?!contract/)' },
    ),
    forbid(
      'ways-in-know-the-contract-only',
      'console and cli speak to the engine over its API',
      { path: '^packages/(console|cli)/src' },
      { path: '^packages/(engine|libvirt)/' },
    ),
    forbid(
      'cli-draws-nothing',
      'only the console draws',
      { path: '^packages/cli/src' },
      { path: '^packages/(spice|console)/' },
    ),
    forbid(
      'engine-imports-no-way-in',
      'the engine serves the console, it does not import it',
      { path: engine },
      { path: '^packages/(console|cli|spice)/' },
    ),
    forbid(
      'subjects-never-import-faces',
      'faces speak for subjects, not the other way round',
      source(`${engine}/(?!faces/|${wiring})`),
      { path: `${engine}/faces/` },
    ),
    forbid(
      'only-the-adapter-knows-libvirt',
      'subjects reach a host through the hypervisor port',
      source(`${engine}/(?!hypervisor/libvirt/)`),
      { path: '^packages/libvirt/' },
    ),
    forbid(
      'only-the-wiring-chooses-adapters',
      'subjects know the port and not what is behind it',
      source(`${engine}/(?!hypervisor/|${wiring})`),
      { path: `${engine}/hypervisor/(libvirt|simulated)/` },
    ),
    forbid(
      'subject-by-its-index',
      'a subject reaches another only through its index.ts (the hypervisor: through its port)',
      source(`${engine}/(?!${wiring})([^/]+)/.+`),
      {
        path: `${engine}/[^/]+/.+`,
        pathNot: [`${engine}/$1/`, `${engine}/[^/]+/index\\.ts$`, `${engine}/hypervisor/port\\.ts$`],
      },
    ),
    forbid(
      'pure-rules',
      'rules take values and return values: no clock, no I/O',
      { path: '\\.rules\\.ts$' },
      { dependencyTypes: ['core'], pathNot: '^(node:)?(path|crypto)$' },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(node_modules|dist|generated|\\.node)/' },
    tsConfig: { fileName: 'tsconfig.base.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types'] },
  },
};
