export { requireSameOrigin } from './authenticate.ts';
export { languageOf } from './problems.ts';
export { type RestFace, restFace } from './server.ts';
