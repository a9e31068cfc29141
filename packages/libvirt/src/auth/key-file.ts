/** Key files: `[section]` lines, `key=value` lines below them, `#` comments. Values go to the end of the line, unquoted. */
export type KeyFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Throws an Error that names the line, and shows nothing of it: it may hold a password. */
export function parseKeyFile(text: string): KeyFile {
  const sections = new Map<string, Map<string, string>>();
  let current: Map<string, string> | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const section = /^\[([^\]]+)\]$/.exec(trimmed)?.[1];
    if (section !== undefined) {
      current = sections.get(section) ?? new Map();
      sections.set(section, current);
      continue;
    }
    const entry = /^([\w-]+)\s*=\s*(.*)$/.exec(trimmed);
    if (!entry || !current) throw new Error(`line ${index + 1} must be [section], or key=value below one`);
    current.set(entry[1]!, entry[2]!);
  }
  return sections;
}
