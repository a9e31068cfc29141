import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  child,
  children,
  cloneXml,
  descendants,
  element,
  ensureChild,
  formatXml,
  integer,
  parseXml,
  removeChildren,
  setAttribute,
  setText,
  sizeInBytes,
  text,
  unitBytes,
  writeXml,
  type XmlElement,
} from './index.ts';

const domain = `<domain type='qemu' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>
  <name>vm &amp; &lt;friends&gt;</name>
  <metadata><domus:vm xmlns:domus="https://domus.invalid/1" domus:id="7"><domus:note>a<!-- kept -->b</domus:note></domus:vm></metadata>
  <memory unit='GiB'>2</memory>
  <currentMemory>1048576</currentMemory>
  <devices>
    <disk type='file'><target dev='vda'/></disk>
    <strange:thing x="1"><![CDATA[a < b]]></strange:thing>
    <disk type='block'><target dev='vdb'/></disk>
  </devices>
  <qemu:commandline><qemu:arg value='-foo'/></qemu:commandline>
</domain>`;

test('what is unknown passes untouched: order, namespaces, comments, CDATA, white space', () => {
  expect(writeXml(parseXml(domain))).toBe(domain);
});

const name = fc.stringMatching(/^[a-z_][a-z0-9_.-]{0,8}(:[a-z]{1,5})?$/);
// What XML 1.0 can carry.
const characters = fc.string({
  unit: fc.oneof(
    fc.constantFrom('&', '<', '>', '"', "'", '\n', '\r', '\t', ']]>', ' '),
    fc.stringMatching(/^[ -~]$/),
    fc.constantFrom('é', '中', '😀'),
  ),
});
const tree: fc.Arbitrary<XmlElement> = fc.letrec<{ node: XmlElement }>((tie) => ({
  node: fc
    .record({
      name,
      attributes: fc.dictionary(name, characters, { maxKeys: 3 }),
      text: characters,
      below: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('node'), { maxLength: 3 })),
    })
    .map(({ name, attributes, text, below }) => element(name, attributes, ...(text === '' ? [] : [text]), ...below)),
})).node;

test('every tree that is written reads back the same', () => {
  fc.assert(
    fc.property(tree, (value) => {
      // The parser joins neighbouring texts; the generator makes none.
      expect(parseXml(writeXml(value))).toEqual(value);
    }),
    { numRuns: 200 },
  );
});

test('queries', () => {
  const root = parseXml(domain);
  expect(text(root, 'name')).toBe('vm & <friends>');
  expect(children(child(root, 'devices'), 'disk')).toHaveLength(2);
  expect(descendants(root, 'target').map(({ attributes }) => attributes['dev'])).toEqual(['vda', 'vdb']);
  expect(sizeInBytes(child(root, 'memory'))).toBe(2 * 1024 ** 3);
  expect(sizeInBytes(child(root, 'currentMemory'))).toBe(1024 ** 3);
  expect(sizeInBytes(child(root, 'missing'))).toBeUndefined();
  expect(text(root, 'devices', 'strange:thing')).toBe('a < b');
});

test('units of size', () => {
  const sizes = ['b', 'bytes', 'KB', 'k', 'KiB', 'MB', 'M', 'GiB', 'TB', 'PiB'].map(unitBytes);
  expect(sizes).toEqual([1, 1, 1000, 1024, 1024, 1e6, 1024 ** 2, 1024 ** 3, 1e12, 1024 ** 5]);
  expect(() => unitBytes('furlong')).toThrow(expect.objectContaining({ code: 'INVALID_XML' }));
  expect(integer('0x1f')).toBe(31);
  expect(() => integer('12 apples')).toThrow(expect.objectContaining({ code: 'INVALID_XML' }));
});

test('editing leaves the rest alone', () => {
  const root = parseXml('<d>\n  <a/>\n  <b/>\n  <c/>\n</d>');
  expect(removeChildren(root, ({ name }) => name === 'b')).toBe(true);
  setText(ensureChild(root, 'e', 'f'), 5);
  expect(writeXml(root)).toBe('<d>\n  <a/>\n  <c/>\n<e><f>5</f></e></d>');
  expect(formatXml(root)).toBe('<d>\n  <a/>\n  <c/>\n  <e>\n    <f>5</f>\n  </e>\n</d>');
});

test.each([
  ['<a><b></a>', 1],
  ['<a>\n<b x=1/></a>', 2],
  ['', 1],
  ['<a>&unknown;</a>', 1],
  ['<a/>\n\n<b/>', 3],
  ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 1],
])('%j is refused with its place', (broken, line) => {
  expect(() => parseXml(broken)).toThrow(
    expect.objectContaining({ code: 'INVALID_XML', message: expect.stringContaining(`line ${line},`) }),
  );
});

test.each([
  ['<a>\n  \0</a>', 2, 3, 'U+0000'],
  ['<a b="\u{FFFE}"/>', 1, 7, 'U+FFFE'],
  ['<a>\u{D800}</a>', 1, 4, 'U+D800'],
  ['<a>中😀&lol;</a>', 1, 6, '&lol;'],
  ['<a>&#0;</a>', 1, 4, '&#0;'],
  ['<a b="1" b="2"/>', 1, 10, "'b'"],
  ['<a b="<"/>', 1, 4, '<a>'],
  ['<a>]]></a>', 1, 4, ']]>'],
  ['<a><!-- -- --></a>', 1, 4, '--'],
  ['<!DOCTYPE a [<!ENTITY x "&x;&x;">]><a>&x;</a>', 1, 1, 'document type'],
  ['<a/> <?xml version="1.0"?>', 1, 6, 'declaration'],
  ['<a>\r\n<b></c></a>', 2, 4, '</c>'],
])('%j is refused at its line and column', (broken, line, column, word) => {
  expect(() => parseXml(broken)).toThrow(
    expect.objectContaining({ code: 'INVALID_XML', line, column, message: expect.stringContaining(word) }),
  );
});

test('an attribute may have any name', () => {
  const root = parseXml('<a __proto__="1" constructor="2"/>');
  expect(Object.keys(root.attributes)).toEqual(['__proto__', 'constructor']);
  expect(writeXml(root)).toBe('<a __proto__="1" constructor="2"/>');
});

test('an edit leaves what is around it byte for byte', () => {
  const before = `<?xml version='1.0'?>\r\n<a  one = '1'\n two="&#50;" ><b></b ><c/>&gt;<![CDATA[x]]></a >\n<!-- end -->\n`;
  const root = parseXml(before);
  setAttribute(root, 'one', `it's "9"`);
  setText(child(root, 'c')!, '<');
  expect(writeXml(root)).toBe(before.replace("'1'\n", `'it&apos;s "9"'\n`).replace('<c/>', '<c>&lt;</c>'));
  const copy = cloneXml(root);
  root.children = [];
  expect(writeXml(copy)).toContain('<b></b >');
});

test('size is bounded, and what fits takes no longer than it must', () => {
  const million = 1_000_000;
  expect(() => parseXml(`<a>${' '.repeat(5 * million)}</a>`)).toThrow(expect.objectContaining({ line: 1, column: 1 }));
  const hostile = [
    `<a${' '.repeat(2 * million)}b=""${' '.repeat(2 * million)}/>`,
    `<a>${'&amp;'.repeat(million / 2)}</a>`,
    `<a>${'<b/>'.repeat(million / 10)}</a>`,
    `<a>${'\n'.repeat(4 * million)}</a>`,
  ];
  for (const text of hostile) expect(writeXml(parseXml(text)) === text).toBe(true);
  for (const broken of [
    `<a ${'b'.repeat(4 * million)}/>`,
    `<a b${' '.repeat(4 * million)}/>`,
    '<![CDATA['.repeat(million / 10),
  ])
    expect(() => parseXml(broken)).toThrow(expect.objectContaining({ code: 'INVALID_XML' }));
});

test('depth is bounded', () => {
  expect(() => parseXml('<a>'.repeat(100_000))).toThrow(expect.objectContaining({ code: 'INVALID_XML' }));
});
