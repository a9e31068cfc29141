/** One run of a SASL mechanism: pure, bytes in, bytes out. */
export interface Mechanism {
  /** The client's first message. */
  readonly first: Buffer;
  /** The answer to what the server says; undefined: nothing is left to say. Throws an Error where the server is not to be believed. */
  readonly step: (challenge: Buffer) => Buffer | undefined;
  /** Whether the server has proven what it must; `step` has seen its last message then. */
  readonly isDone: () => boolean;
}

/** RFC 4616: authorisation, authentication identity, password. The password itself goes over the wire. */
export function plain(authname: string, password: string): Mechanism {
  return oneMessage(Buffer.from(`\0${authname}\0${password}`, 'utf8'));
}

/** RFC 4422, appendix A: who we are is known from TLS or the socket; we ask for no other identity. */
export function external(authname: string | undefined): Mechanism {
  return oneMessage(Buffer.from(authname ?? '', 'utf8'));
}

function oneMessage(first: Buffer): Mechanism {
  return {
    first,
    step: (challenge) => {
      if (challenge.length > 0) throw new Error('the server asks on where the mechanism has nothing more to say');
      return undefined;
    },
    isDone: () => true,
  };
}
