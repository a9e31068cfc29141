import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const sources = import.meta.glob<string>('../**/*.tsx', { query: '?raw', import: 'default', eager: true });

/** Attributes whose value a person reads or hears. */
const readable = new Set([
  'alt',
  'aria-label',
  'body',
  'content',
  'hint',
  'label',
  'placeholder',
  'text',
  'title',
  'titleText',
]);
const hasWords = (text: string) => /\p{L}{2}/u.test(text);

/** Every text in a file's JSX that was not taken from the dictionary. */
function hardCoded(file: string, source: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && hasWords(node.text)) found.push(node.text.trim());
    if (ts.isJsxExpression(node) && node.expression !== undefined && ts.isStringLiteralLike(node.expression)) {
      if (ts.isJsxElement(node.parent) && hasWords(node.expression.text)) found.push(node.expression.text);
    }
    if (ts.isJsxAttribute(node) && node.initializer !== undefined && readable.has(node.name.getText())) {
      const { initializer } = node;
      if (ts.isStringLiteral(initializer) && hasWords(initializer.text)) found.push(initializer.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX));
  return found;
}

describe('what people read', () => {
  it('comes from the dictionary in every component', () => {
    const found = Object.entries(sources).flatMap(([file, source]) =>
      hardCoded(file, source).map((text) => `${file}: ${text}`),
    );
    expect(Object.keys(sources).length).toBeGreaterThan(50);
    expect(found).toEqual([]);
  });
  it('would be noticed', () => {
    expect(hardCoded('x.tsx', 'const x = <p title="Hello there">Good day {"dear"} {t("a.b")}</p>;')).toEqual([
      'Hello there',
      'Good day',
      'dear',
    ]);
  });
});
