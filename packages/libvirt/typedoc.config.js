// API pages: `npm run docs -w @domus/libvirt`. Every symbol of the hand-made face is documented, or this fails. Members of
// what is generated from libvirt's own tables are called as there, and libvirt's documentation tells what they mean.
import { readFileSync } from 'node:fs';
import * as enums from './src/generated/enums.ts';

const xmlTypes = readFileSync(new URL('src/generated/xml/types.ts', import.meta.url), 'utf8');

function* generatedNames() {
  for (const [name, values] of Object.entries(enums)) {
    for (const value of Object.keys(values)) yield `enums.${name}.__type.${value}`;
  }
  for (const [, name, body] of xmlTypes.matchAll(/^export interface (\w+) \{\n(.*?)^\}/gms)) {
    yield `xml.${name}`;
    for (const [, property] of body.matchAll(/^ {2}'?([^'?]+?)'?\??: /gm)) yield `xml.${name}.${property}`;
  }
}

/** Object types without a name: the alternative, option or result that they are is documented as a whole. */
const unnamed = {
  CredentialRequest: ['kind', 'host', 'user', 'keyfile', 'prompt', 'echo'],
  LibvirtEvent: ['kind'],
  ReconnectingEvent: ['kind', 'connection', 'error', 'retryMs'],
  StreamPacket: ['data', 'hole'],
  TypedParameter: ['type', 'value'],
  'Caller.openStream': ['ret', 'stream'],
  'Connection.openStream': ['ret', 'stream'],
  'MigrationTarget.openStream': ['ret', 'stream'],
  'MigrationTarget.domains': ['reference'],
  'Domain.screenshot': ['mime', 'image'],
  'DomainInterface.addrs': ['addr', 'family', 'prefix'],
  'DomainStats.getControlInfo': ['state', 'stateTimeMs'],
  'Host.getCPUMap': ['present', 'online'],
};
const memberNames = Object.entries(unnamed).flatMap(([name, members]) =>
  members.map((member) => `${name}.__type.${member}`),
);

const wireStructs = [
  'RemoteDomainInterfaceStatsRet',
  'RemoteNonnullDomain',
  'RemoteNonnullDomainCheckpoint',
  'RemoteNonnullDomainSnapshot',
  'RemoteNonnullInterface',
  'RemoteNonnullNetwork',
  'RemoteNonnullNetworkPort',
  'RemoteNonnullNodeDevice',
  'RemoteNonnullNwfilter',
  'RemoteNonnullNwfilterBinding',
  'RemoteNonnullSecret',
  'RemoteNonnullStoragePool',
  'RemoteNonnullStorageVol',
  'RemoteTypedParam',
];

export default {
  name: '@domus/libvirt',
  entryPoints: ['src/index.ts'],
  out: 'api',
  excludeInternal: true,
  // `npm run types` does it.
  skipErrorChecking: true,
  validation: { notExported: true, invalidLink: true, notDocumented: true },
  intentionallyNotDocumented: [...generatedNames(), ...memberNames],
  // Tables and structs of the wire: the names that stand for them are documented.
  intentionallyNotExported: [
    'src/events/kinds.ts:eventKinds',
    'src/generated/admin.ts:AdminNonnullClient',
    'src/generated/admin.ts:AdminNonnullServer',
    'src/generated/procedures.ts:Procedures',
    ...wireStructs.map((name) => `src/generated/remote.ts:${name}`),
    'src/rpc/stream-sink.ts:StreamSink',
    'src/transport/uri-parameters.ts:readers',
    'src/xml/device.ts:One',
    'src/xml/xml-error.ts:XmlPlace',
  ],
  treatWarningsAsErrors: true,
  treatValidationWarningsAsErrors: true,
};
