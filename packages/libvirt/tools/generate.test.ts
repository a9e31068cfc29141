import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { generate } from './generate.ts';
import { fingerprint } from './generate-xml.ts';
import { memberNames, procedureName } from './names.ts';
import { emitXml } from './xml/emit.ts';
import { SCHEMAS } from './xml/judge-tables.ts';

const folder = new URL('../src/generated/', import.meta.url);

test('what is committed is what the table gives', () => {
  const generated = generate();
  const files = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isFile());
  expect(files.map(({ name }) => name).sort()).toEqual([...generated.keys()].sort());
  for (const [name, text] of generated) {
    expect(readFileSync(new URL(name, folder), 'utf8') === text, `${name} is out of date: node tools/generate.ts`).toBe(
      true,
    );
  }
});

test('what is committed of XML is what the schemas of its libvirt give', ({ skip }) => {
  const types = readFileSync(new URL('xml/types.ts', folder), 'utf8');
  const [, source, print] = /schemas of (\S+ \S+ \((\w+)\))/.exec(types)!;
  // The committed tables come from the newest libvirt; here an older one may be installed.
  skip(!existsSync(SCHEMAS) || fingerprint(SCHEMAS) !== print, `the schemas here are not those of ${source}`);
  for (const [name, text] of emitXml(SCHEMAS, source!))
    expect(readFileSync(new URL(`xml/${name}`, folder), 'utf8') === text, `${name} is out of date`).toBe(true);
});

test('names follow libvirt', () => {
  expect(procedureName('remote', 'REMOTE_PROC_DOMAIN_GET_XML_DESC')).toBe('domainGetXMLDesc');
  expect(procedureName('remote', 'REMOTE_PROC_NWFILTER_LOOKUP_BY_UUID')).toBe('nwfilterLookupByUUID');
  expect(procedureName('qemu', 'QEMU_PROC_DOMAIN_AGENT_COMMAND')).toBe('qemuDomainAgentCommand');
  const members = (type: string, ...names: string[]) => [...memberNames(type, names).values()];
  expect(members('virDomainState', 'VIR_DOMAIN_RUNNING', 'VIR_DOMAIN_PAUSED')).toEqual(['RUNNING', 'PAUSED']);
  expect(members('virDomainBackupBeginFlags', 'VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL')).toEqual(['REUSE_EXTERNAL']);
  expect(members('virDomainBlockJobSetSpeedFlags', 'VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES')).toEqual([
    'BANDWIDTH_BYTES',
  ]);
});
