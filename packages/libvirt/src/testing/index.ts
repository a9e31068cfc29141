/** Fixtures for tests, against a real libvirtd or without one; not for production. */
export { PrivateLibvirtd, type PrivateLibvirtdOptions, privateLibvirtdObstacle } from './private-libvirtd.ts';
export { type Handlers, ProtocolServer, ServerFailure, type ServerPeer } from './protocol-server.ts';
