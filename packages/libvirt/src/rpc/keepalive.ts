/**
 * Keepalive (program 'keep'): either side may send PING, the other must answer PONG. Once the daemon knows that we speak
 * it, it pings too and drops whoever stays silent; so PONG is a duty.
 */
import { KEEPALIVE_PROGRAM } from '../generated/constants.ts';
import { type FrameHeader, MessageStatus, MessageType } from './frame.ts';

const PING = 1;
const PONG = 2;

/** When a silent peer counts as lost: virConnectSetKeepAlive. */
export interface KeepaliveOptions {
  /** Silence after which we ping. */
  readonly intervalMs: number;
  /** Pings without any answer after which the connection counts as lost. */
  readonly count: number;
}

export class Keepalive {
  readonly #send: (header: FrameHeader) => void;
  #timer: NodeJS.Timeout | undefined;
  #unanswered = 0;
  #heard = false;
  #held = false;

  constructor(send: (header: FrameHeader) => void) {
    this.#send = send;
  }

  /** Any packet is a sign of life. */
  heard(): void {
    this.#heard = true;
  }

  /** While we do not read, silence tells nothing. */
  hold(held: boolean): void {
    this.#held = held;
    this.#heard = true;
  }

  handle(header: FrameHeader): void {
    if (header.procedure === PING) this.#send(this.#message(PONG));
  }

  start(options: KeepaliveOptions, onDead: (error: string) => void): void {
    this.stop();
    this.#timer = setInterval(() => {
      if (this.#held) return;
      const heard = this.#heard;
      // Before the ping is sent: over a way within the process its answer comes meanwhile.
      this.#heard = false;
      if (heard) this.#unanswered = 0;
      else if (this.#unanswered >= options.count) onDead(`no sign of life after ${this.#unanswered} pings`);
      else {
        this.#unanswered++;
        this.#send(this.#message(PING));
      }
    }, options.intervalMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #message(procedure: number): FrameHeader {
    return {
      program: KEEPALIVE_PROGRAM,
      procedure,
      type: MessageType.MESSAGE,
      serial: 0,
      status: MessageStatus.OK,
    };
  }
}
