import { z } from 'zod';
import { Problem } from './problem.ts';
import type { Route } from './route.ts';
import { routes } from './routes/index.ts';

type Json = Record<string, unknown>;

const schemaOf = (type: z.ZodType, io: 'input' | 'output'): Json => {
  const { $schema: _, ...schema } = z.toJSONSchema(type, { io, unrepresentable: 'any' });
  return schema;
};

function parameters(route: Route): Json[] {
  const from = (object: z.ZodObject | undefined, place: 'path' | 'query') =>
    Object.entries(object?.shape ?? {}).map(([name, type]) => ({
      name,
      in: place,
      required: place === 'path' || !(type as z.ZodType).safeParse(undefined).success,
      schema: schemaOf(type as z.ZodType, 'input'),
    }));
  return [...from(route.params, 'path'), ...from(route.query, 'query')];
}

function operation(name: string, route: Route): Json {
  const content = (type: string, schema: Json): Json => ({ [type]: { schema } });
  const reply = route.reply === undefined ? {} : schemaOf(route.reply, 'output');
  const success: Json = { description: 'Done' };
  if (route.status === 202) success['description'] = 'Started; the operation tells how it goes';
  if (route.replyType !== undefined)
    success['content'] = content(route.replyType, route.reply === undefined ? { type: 'string' } : reply);
  else if (route.reply !== undefined) success['content'] = content('application/json', reply);
  const body = route.upload
    ? content('application/octet-stream', { type: 'string', format: 'binary' })
    : route.body && content('application/json', schemaOf(route.body, 'input'));
  return {
    operationId: name,
    summary: route.summary,
    tags: [name.split('.')[0]],
    parameters: parameters(route),
    ...(body ? { requestBody: { required: true, content: body } } : {}),
    responses: {
      [route.status]: success,
      default: {
        description: 'Refused',
        content: content('application/problem+json', { $ref: '#/components/schemas/Problem' }),
      },
    },
    security: route.permission === 'public' ? [] : [{ session: [] }, { token: [] }],
    ...(route.permission !== null && route.permission !== 'public' ? { 'x-permission': route.permission } : {}),
  };
}

/** The API as an OpenAPI 3.1 document. */
export function openapi(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(routes) as [string, Route][]) {
    const path = `/api/v1${route.path.replace(/:(\w+)/g, '{$1}')}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(name, route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Domus',
      version,
      description: 'Every refusal is application/problem+json with a code and, where one is at fault, a field.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: { Problem: schemaOf(Problem, 'output') },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'domus_session' },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}
