/**
 * What ECMAScript itself lacks and every host has (Node, pages, workers). The neutral half is compiled without
 * DOM and Node types, so that nothing else of a host can slip in; these few are named here once.
 */
interface HostGlobals {
  setTimeout(run: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
  atob(base64: string): string;
  WebAssembly?: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { readonly exports: object };
  };
  crypto: { getRandomValues(into: Uint8Array): Uint8Array };
  performance: { now(): number };
  TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> };
  TextDecoder: new (label: 'utf-8', options: { fatal: boolean }) => { decode(bytes: Uint8Array): string };
}

export const host = globalThis as unknown as HostGlobals;

/** The part of AbortSignal used here; the real one fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
