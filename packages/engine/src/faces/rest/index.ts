export { requireSameOrigin } from './authenticate.ts';
export { type RestFace, restFace } from './server.ts';
