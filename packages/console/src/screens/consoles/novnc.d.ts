/** The part of noVNC's RFB that is used (docs/API.md of the package, which brings no types). */
declare module '@novnc/novnc' {
  interface RfbEvents {
    connect: CustomEvent<undefined>;
    disconnect: CustomEvent<{ clean: boolean }>;
  }
  export default class RFB {
    constructor(target: HTMLElement, url: string, options?: { shared?: boolean; wsProtocols?: string[] });
    scaleViewport: boolean;
    disconnect(): void;
    focus(): void;
    /** Presses and releases a key, or only one of both where `down` is given. */
    sendKey(keysym: number, code: string | null, down?: boolean): void;
    addEventListener<K extends keyof RfbEvents>(type: K, listener: (event: RfbEvents[K]) => void): void;
  }
}
