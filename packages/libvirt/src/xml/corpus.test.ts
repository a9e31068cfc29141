import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cloneXml, parseXml, writeXml } from './index.ts';
import { corpus } from './testing/corpus.ts';

const DOCUMENTATION = '/usr/share/doc/libvirt-doc';
const missing = !existsSync(DOCUMENTATION);
if (missing && process.env['CI'] === 'true') throw new Error('libvirt-doc is not installed');
if (missing) console.warn("round trips of libvirt's documentation skipped: libvirt-doc is not installed");

const unchanged = (text: string) => {
  expect(writeXml(parseXml(text))).toBe(text);
  expect(writeXml(cloneXml(parseXml(text)))).toBe(text);
};

test.each([...corpus])('%s comes back byte for byte', (_, text) => {
  unchanged(text);
  unchanged(text.replaceAll('\n', '\r\n'));
});

describe.skipIf(missing)("libvirt's documentation", () => {
  test('every example file comes back byte for byte', () => {
    const files = globSync('**/*.{xml,xml.gz}', { cwd: DOCUMENTATION });
    expect(files.filter((file) => file.endsWith('.gz'))).toEqual([]);
    expect(files.length).toBeGreaterThanOrEqual(20);
    for (const file of files) unchanged(readFileSync(join(DOCUMENTATION, file), 'utf8'));
  });

  test('every example in a page does, whole documents and fragments', () => {
    const pages = globSync('html/**/*.html', { cwd: DOCUMENTATION });
    const examples = pages.flatMap((page) => fragments(readFileSync(join(DOCUMENTATION, page), 'utf8')));
    for (const example of examples) unchanged(example);
    console.info(`${examples.length} examples of ${pages.length} pages`);
    expect(examples.length).toBeGreaterThanOrEqual(380);
  });
});

/** The XML of a page's examples, in an element that holds what is more than one. Those with gaps that are no XML go. */
function fragments(html: string): string[] {
  const blocks = [...html.matchAll(/<pre[^>]*>([\s\S]*?)<\/pre>/g)].map((found) =>
    found[1]!.replace(/<[^>]+>/g, '').replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (_, name: string) => PLAIN[name]!),
  );
  return blocks
    .filter((block) => /<[a-z][^>]*\/?>/i.test(block))
    .map((block) => (/^\s*<\?xml/.test(block) ? block.trimStart() : `<example>${block}</example>`))
    .filter((block) => {
      try {
        return parseXml(block) !== undefined;
      } catch {
        return false;
      }
    });
}

const PLAIN: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ', amp: '&' };
