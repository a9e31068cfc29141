import { openapi } from '@domus/contract';

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  parameters: { name: string; in: string; required: boolean; schema: object }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  'x-permission'?: string;
}

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign] ?? sign);
const schema = (title: string, value: object | undefined): string =>
  value === undefined
    ? ''
    : `<details><summary>${escaped(title)}</summary><pre>${escaped(JSON.stringify(value, null, 2))}</pre></details>`;

const style = `:root{color-scheme:light dark;font:15px/1.5 system-ui,sans-serif}body{max-width:60rem;margin:0 auto;padding:1rem}
h2{margin-top:2.5rem;border-bottom:1px solid;text-transform:capitalize}article{margin:1rem 0}code,pre{font:13px ui-monospace,monospace}
pre{overflow:auto;padding:.75rem;border:1px solid #8886;border-radius:6px}b.m{display:inline-block;min-width:4.5rem}small{opacity:.75}summary{cursor:pointer}`;

function article(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters.map(({ name, in: place, required, schema }) => ({
    name,
    in: place,
    required,
    schema,
  }));
  const [bodyType, body] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
  const replies = Object.entries(operation.responses).map(([status, { description, content }]) =>
    schema(`${status} · ${description}`, Object.values(content ?? {})[0]?.schema ?? {}),
  );
  const permission =
    operation['x-permission'] === undefined ? '' : ` <small>${escaped(operation['x-permission'])}</small>`;
  return `<article id="${escaped(operation.operationId)}"><div><b class="m">${method.toUpperCase()}</b> <code>${escaped(path)}</code>${permission}</div><div>${escaped(operation.summary)}</div>
${parameters.length > 0 ? schema('Parameters', parameters) : ''}${schema(`Body · ${bodyType}`, body?.schema)}${replies.join('')}</article>`;
}

/** The API for people to read, made from the same table as everything else; a page without scripts. */
export function docsPage(version: string): string {
  const paths = openapi(version)['paths'] as Record<string, Record<string, Operation>>;
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags[0] ?? 'other';
      groups.set(tag, [...(groups.get(tag) ?? []), article(method, path, operation)]);
    }
  }
  const contents = [...groups.keys()].map((tag) => `<a href="#${tag}">${tag}</a>`).join(' · ');
  const body = [...groups].map(([tag, articles]) => `<h2 id="${tag}">${tag}</h2>${articles.join('')}`).join('');
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Domus API</title><style>${style}</style>
<h1>Domus API</h1><p>Version ${escaped(version)} · <a href="/api/v1/openapi.json">OpenAPI 3.1</a> · every refusal is <code>application/problem+json</code>.</p><nav>${contents}</nav>${body}</html>`;
}
