/** How names of the protocol table become names of TypeScript. The mapping is mechanical but for libvirt's own acronyms. */

const ACRONYMS: Record<string, string> = {
  xml: 'XML',
  uuid: 'UUID',
  id: 'ID',
  mac: 'MAC',
  os: 'OS',
  cpu: 'CPU',
  uri: 'URI',
  dhcp: 'DHCP',
  pm: 'PM',
  nmi: 'NMI',
  sev: 'SEV',
  scsi: 'SCSI',
  wwn: 'WWN',
  fd: 'FD',
  ssh: 'SSH',
  nwfilter: 'NWFilter',
  nwfilters: 'NWFilters',
  iothread: 'IOThread',
  fsinfo: 'FSInfo',
  fsfreeze: 'FSFreeze',
  fsthaw: 'FSThaw',
  fstrim: 'FSTrim',
};

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);

/** `REMOTE_PROC_DOMAIN_GET_XML_DESC` → `domainGetXMLDesc`; programs but `remote` keep their name in front. */
export function procedureName(program: string, name: string): string {
  const words = name
    .replace(/^[A-Z]+_PROC_/, '')
    .toLowerCase()
    .split('_');
  const all = program === 'remote' ? words : [program, ...words];
  return all.map((word, i) => (i === 0 ? word : (ACRONYMS[word] ?? capital(word)))).join('');
}

/** `remote_domain_get_info_args` → `RemoteDomainGetInfoArgs`, `virNetMessageError` → `NetMessageError`. */
export function typeName(name: string): string {
  return name.startsWith('vir') ? name.slice(3) : name.split('_').map(capital).join('');
}

/** `virDomainUndefineFlagsValues` → `DomainUndefineFlags`. */
export function enumName(name: string): string {
  return name
    .slice(3)
    .replace(/(Flag)s?Values?$/, 'Flags')
    .replace(/Values$/, '');
}

/** Member names lose what all of them have in front, at a word's border: `VIR_DOMAIN_RUNNING` → `RUNNING`. */
export function memberNames(type: string, names: readonly string[]): Map<string, string> {
  const words = names.map((name) => name.split('_'));
  const first = words[0] ?? [];
  // One alone loses what its type says already: virDomainBackupBeginFlags VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL.
  let shared = names.length === 1 ? wordsOfType(type, first) : 0;
  while (names.length > 1 && words.every((each) => each.length > shared + 1 && each[shared] === first[shared]))
    shared++;
  while (words.some((each) => /^\d/.test(each[shared] ?? ''))) shared--;
  return new Map(names.map((name, i) => [name, words[i]!.slice(shared).join('_')]));
}

/** How many of a member's words, but for its last, stand in its type's name in this order. */
function wordsOfType(type: string, words: readonly string[]): number {
  const letters = type.toUpperCase();
  let [count, at] = [0, 0];
  for (const word of words.slice(0, -1)) {
    const found = letters.indexOf(word, at);
    if (found < 0) break;
    at = found + word.length;
    count++;
  }
  return count;
}
