import type { ByteReader } from '../wire/byte-reader.ts';
import { ByteWriter } from '../wire/byte-writer.ts';
import { SpiceError } from '../wire/error.ts';
import { INPUTS_CAP, MSG_INPUTS, MSGC_INPUTS } from '../wire/protocol.ts';
import { Channel, type ChannelOwner } from './channel.ts';

/** SPICE_MOUSE_BUTTON_*; a wheel turns by pressing and releasing `up` or `down`. */
export const BUTTON = { left: 1, middle: 2, right: 3, up: 4, down: 5, side: 6, extra: 7 } as const;
export type Button = keyof typeof BUTTON;

/** The server acknowledges every fourth motion; twice as many may be on their way. */
const MOTIONS_IN_FLIGHT = 8;

export interface InputsEvents {
  /** Lock keys of the guest: bits of LOCK. */
  locks(modifiers: number): void;
}

/**
 * Keyboard and mouse. Keys are PC/XT scancodes (set 1), prefixed ones as 0xe0xx: what the keyboard sends, whatever
 * the layout.
 */
export class InputsChannel extends Channel {
  protected readonly capabilities = [INPUTS_CAP.KEY_SCANCODE];
  /** Lock keys of the guest (bits of LOCK). */
  locks = 0;
  readonly #events: InputsEvents;
  #buttons = 0;
  #inFlight = 0;
  #position: { x: number; y: number; display: number } | undefined;
  #dx = 0;
  #dy = 0;

  constructor(id: number, owner: ChannelOwner, events: InputsEvents) {
    super('inputs', id, owner);
    this.#events = events;
  }

  keyDown(scancode: number): void {
    this.send(MSGC_INPUTS.KEY_DOWN, new ByteWriter(4).u32(wireCode(scancode)).finish());
  }

  keyUp(scancode: number): void {
    const released = scancode > 0xff ? wireCode(scancode) | 0x8000 : scancode | 0x80;
    this.send(MSGC_INPUTS.KEY_UP, new ByteWriter(4).u32(released).finish());
  }

  /** Makes the guest's lock keys agree with ours. */
  setLocks(modifiers: number): void {
    if (modifiers === this.locks) return;
    this.locks = modifiers;
    this.send(MSGC_INPUTS.KEY_MODIFIERS, new ByteWriter(2).u16(modifiers).finish());
  }

  /** Absolute position on a display, for mouse mode `client`; of several in a hurry the last one counts. */
  moveTo(x: number, y: number, display = 0): void {
    this.#position = { x: Math.max(0, Math.round(x)), y: Math.max(0, Math.round(y)), display };
    this.#flush();
  }

  /** Relative motion, for mouse mode `server`; sums up while the server is busy. */
  moveBy(dx: number, dy: number): void {
    this.#dx += dx;
    this.#dy += dy;
    this.#flush();
  }

  press(button: Button): void {
    this.#settle();
    this.#buttons |= 1 << (BUTTON[button] - 1);
    this.#button(MSGC_INPUTS.MOUSE_PRESS, button);
  }

  release(button: Button): void {
    this.#settle();
    this.#buttons &= ~(1 << (BUTTON[button] - 1));
    this.#button(MSGC_INPUTS.MOUSE_RELEASE, button);
  }

  protected handle(type: number, body: ByteReader): void {
    switch (type) {
      case MSG_INPUTS.INIT:
      case MSG_INPUTS.KEY_MODIFIERS:
        this.locks = body.u16();
        this.#events.locks(this.locks);
        return;
      case MSG_INPUTS.MOUSE_MOTION_ACK:
        this.#inFlight = Math.max(0, this.#inFlight - MOTIONS_IN_FLIGHT / 2);
        this.#flush();
        return;
      default:
        throw new SpiceError('unsupported', `inputs message ${type}`);
    }
  }

  /** A button acts where the pointer is: what was held back goes first, whatever the server acknowledged. */
  #settle(): void {
    if (this.#position || this.#dx !== 0 || this.#dy !== 0) this.#sendMotion();
  }

  #flush(): void {
    if (this.#inFlight < MOTIONS_IN_FLIGHT) this.#sendMotion();
  }

  #sendMotion(): void {
    const dx = Math.trunc(this.#dx);
    const dy = Math.trunc(this.#dy);
    if (dx !== 0 || dy !== 0) {
      this.#dx -= dx;
      this.#dy -= dy;
      this.#inFlight++;
      this.send(MSGC_INPUTS.MOUSE_MOTION, new ByteWriter(10).u32(dx).u32(dy).u16(this.#buttons).finish());
    }
    const position = this.#position;
    if (!position) return;
    this.#position = undefined;
    this.#inFlight++;
    const body = new ByteWriter(11).u32(position.x).u32(position.y).u16(this.#buttons).u8(position.display);
    this.send(MSGC_INPUTS.MOUSE_POSITION, body.finish());
  }

  #button(type: number, button: Button): void {
    this.send(type, new ByteWriter(3).u8(BUTTON[button]).u16(this.#buttons).finish());
  }
}

/** The bytes of a scancode in the order the keyboard sends them: 0xe01d travels as 0x1de0. */
function wireCode(scancode: number): number {
  return scancode > 0xff ? ((scancode & 0xff) << 8) | (scancode >> 8) : scancode;
}
