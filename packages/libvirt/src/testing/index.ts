/** Fixtures for tests against a real libvirtd; not for production. */
export { PrivateLibvirtd, type PrivateLibvirtdOptions, privateLibvirtdObstacle } from './private-libvirtd.ts';
