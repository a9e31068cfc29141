import type { ErrorNumber } from './generated/enums.ts';

/** Codes that a libvirt daemon answers: virErrorNumber without its prefix. */
export type ServerErrorCode = keyof typeof ErrorNumber;

/** Codes that arise on this side of the wire. */
export type ClientErrorCode =
  | 'ABORTED' // the caller's AbortSignal
  | 'DEADLINE_EXCEEDED'
  | 'CONNECTION_FAILED' // never came up
  | 'CONNECTION_LOST' // was up, went away
  | 'CONNECTION_CLOSED' // closed by this side
  | 'MALFORMED_PACKET' // bytes that the protocol does not allow; the connection ends
  | 'VALUE_OUT_OF_RANGE' // an argument that the protocol cannot carry
  | 'INVALID_URI'
  | 'INVALID_CONFIGURATION' // libvirt.conf, auth.conf, known_hosts, keys or certificates of this side
  | 'PACKAGE_MISSING' // an optional package; the message tells how to install it
  | 'SERVER_CERTIFICATE_REJECTED' // by this side
  | 'CLIENT_CERTIFICATE_REJECTED' // by the daemon
  | 'HOST_KEY_REJECTED' // of an SSH server, by this side
  | 'INVALID_XML'
  | 'UNKNOWN_ERROR'; // a number newer than our table; `number` tells it

/** All codes of a LibvirtError. */
export type LibvirtErrorCode = ServerErrorCode | ClientErrorCode;

/** How far an attempt to connect came. */
export type ConnectPhase =
  | 'resolve' // the name of the host
  | 'connect'
  | 'TLS handshake'
  | 'certificate acceptance' // the byte by which the daemon accepts the client's certificate
  | 'SSH sign-in'
  | 'SSH channel'
  | 'authentication' // AUTH_LIST and what it asks for
  | 'open'; // CONNECT_OPEN

/** What a LibvirtError is made of. */
export interface LibvirtErrorDetails {
  /** What went wrong: libvirt's own code, or one of this side. */
  readonly code: LibvirtErrorCode;
  /** For people. */
  readonly message: string;
  /** The libvirt procedure, e.g. `domainGetInfo`. */
  readonly procedure?: string | undefined;
  /** virErrorNumber as sent, for errors of the daemon. */
  readonly number?: number | undefined;
  /** virErrorDomain: the part of libvirt that raised it, e.g. `QEMU`. */
  readonly domain?: string | undefined;
  /** virErrorLevel, for errors of the daemon. */
  readonly level?: 'warning' | 'error' | undefined;
  /** Offset in the payload at which reading or writing stopped; in the frame, where its header is at fault. */
  readonly byteOffset?: number | undefined;
  /** For errors of `connect()`. */
  readonly phase?: ConnectPhase | undefined;
  /** The error behind it. */
  readonly cause?: unknown;
}

/** The only error that this package throws. */
export class LibvirtError extends Error {
  /** Tells it apart where `instanceof` cannot, as across copies of this package. */
  override readonly name = 'LibvirtError';
  /** What went wrong: libvirt's own code, or one of this side. */
  readonly code: LibvirtErrorCode;
  /** The libvirt procedure, e.g. `domainGetInfo`. */
  readonly procedure: string | undefined;
  /** virErrorNumber as sent, for errors of the daemon. */
  readonly number: number | undefined;
  /** virErrorDomain: the part of libvirt that raised it, e.g. `QEMU`. */
  readonly domain: string | undefined;
  /** virErrorLevel, for errors of the daemon. */
  readonly level: 'warning' | 'error' | undefined;
  /** Offset in the payload at which reading or writing stopped. */
  readonly byteOffset: number | undefined;
  /** How far `connect()` came. */
  readonly phase: ConnectPhase | undefined;

  constructor(details: LibvirtErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = details.code;
    this.procedure = details.procedure;
    this.number = details.number;
    this.domain = details.domain;
    this.level = details.level;
    this.byteOffset = details.byteOffset;
    this.phase = details.phase;
  }
}

/** True for a LibvirtError; with codes, only for one of these. */
export function isLibvirtError(error: unknown, ...codes: LibvirtErrorCode[]): error is LibvirtError {
  return error instanceof LibvirtError && (codes.length === 0 || codes.includes(error.code));
}
