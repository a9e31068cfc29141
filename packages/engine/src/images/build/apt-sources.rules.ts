// The package sources of an image: those that the machine itself uses for the same Debian release, so that a site's own
// mirror needs no second configuration; elsewhere Debian's public mirror. Formats: sources.list(5), "one-line-style"
// and "deb822-style".

export type AptSourcesFile = { path: string; content: string };

const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** deb822 text with Debian's main, updates and security archives of `suite`. */
export function aptSources(suite: string, machine: readonly AptSourcesFile[], mirror?: string): string {
  if (mirror !== undefined) return publicSources(suite, mirror);
  const own = machine.flatMap((file) =>
    file.path.endsWith('.sources') ? deb822Stanzas(file.content) : oneLineStanzas(file.content),
  );
  const fitting = own.filter((stanza) => isFor(suite, stanza));
  return fitting.some((stanza) => stanza.suites.includes(suite))
    ? fitting.map(render).join('\n')
    : publicSources(suite, 'http://deb.debian.org/debian');
}

type Stanza = { uris: string[]; suites: string[] };

/** Third parties' archives and source packages are left out; an image is Debian and nothing else. */
function isFor(suite: string, stanza: Stanza): boolean {
  return (
    stanza.suites.every((name) => name === suite || name.startsWith(`${suite}-`)) &&
    stanza.uris.every((uri) => /^https?:\/\/[^\s]+\/debian(-security)?\/?$/.test(uri))
  );
}

function deb822Stanzas(content: string): Stanza[] {
  return content
    .split(/\n\s*\n/)
    .map(fieldsOf)
    .filter((fields) => words(fields.get('types')).includes('deb') && fields.get('enabled') !== 'no')
    .map((fields) => ({ uris: words(fields.get('uris')), suites: words(fields.get('suites')) }))
    .filter((stanza) => stanza.uris.length > 0 && stanza.suites.length > 0);
}

function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let current: string | undefined;
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const field = /^([A-Za-z-]+):(.*)$/.exec(line);
    if (field?.[1] !== undefined) {
      current = field[1].toLowerCase();
      fields.set(current, (field[2] ?? '').trim());
    } else if (current !== undefined && /^\s+\S/.test(line)) {
      fields.set(current, `${fields.get(current)} ${line.trim()}`);
    }
  }
  return fields;
}

function oneLineStanzas(content: string): Stanza[] {
  return content.split('\n').flatMap((line) => {
    const entry = /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+\S/.exec(line.trim());
    return entry?.[1] !== undefined && entry[2] !== undefined ? [{ uris: [entry[1]], suites: [entry[2]] }] : [];
  });
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '');
}

function publicSources(suite: string, mirror: string): string {
  const security = mirror.replace(/\/debian\/?$/, '/debian-security');
  return [
    render({ uris: [mirror], suites: [suite, `${suite}-updates`] }),
    render({ uris: [security], suites: [`${suite}-security`] }),
  ].join('\n');
}

function render(stanza: Stanza): string {
  return `Types: deb
URIs: ${stanza.uris.join(' ')}
Suites: ${stanza.suites.join(' ')}
Components: main
Signed-By: ${KEYRING}
`;
}
