/**
 * TLS as libvirt speaks it: after the handshake the daemon sends one byte, 1, once it has accepted the client's certificate;
 * RPC begins after it. A daemon that does not accept closes the connection instead.
 */
import { isIP } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { abortable } from '../abortable.ts';
import { LibvirtError } from '../errors.ts';
import type { ClientPki } from './pki.ts';
import { dialTcp } from './tcp.ts';
import type { Transport } from './transport.ts';

export interface TlsOptions {
  readonly host: string;
  readonly port: number;
  /** False: whoever answers is believed to be the host. */
  readonly verify: boolean;
  /** Read for each attempt: certificates are renewed while a client runs. */
  readonly pki: () => Promise<ClientPki>;
}

export function tlsTransport(options: TlsOptions): Transport {
  return async (signal, enter) => {
    const pki = await options.pki();
    const raw = await dialTcp(options.host, options.port, signal, enter);
    try {
      enter('TLS handshake');
      const socket = await handshake(raw, options, pki, signal);
      enter('certificate acceptance');
      await accepted(socket, pki.identity !== undefined, signal);
      return socket;
    } catch (error) {
      raw.destroy();
      throw error;
    }
  };
}

function handshake(
  raw: Awaited<ReturnType<typeof dialTcp>>,
  { host, verify }: TlsOptions,
  { ca, crl, identity }: ClientPki,
  signal: AbortSignal,
): Promise<TLSSocket> {
  const refuse = (cause: Error) => verificationError(cause, host);
  return abortable(
    signal,
    () => raw.destroy(),
    (resolve, reject) => {
      const socket = connect({
        socket: raw,
        host,
        ...(isIP(host) ? {} : { servername: host }),
        ca,
        ...(crl === undefined ? {} : { crl }),
        ...identity,
        rejectUnauthorized: verify,
        minVersion: 'TLSv1.2',
      });
      const fail = (cause: Error) => reject(refuse(cause));
      const ended = () => reject(failed('the daemon closed the connection'));
      socket.once('error', fail).once('close', ended);
      socket.once('secureConnect', () => {
        socket.off('error', fail).off('close', ended);
        resolve(socket);
      });
    },
  );
}

/** Waits for the byte. With TLS 1.3 a refusal comes only now, as an alert or as the end. */
function accepted(socket: TLSSocket, hasIdentity: boolean, signal: AbortSignal): Promise<void> {
  const own = hasIdentity ? "this client's certificate" : 'a client without a certificate';
  const refused = (cause?: Error) =>
    new LibvirtError({ code: 'CLIENT_CERTIFICATE_REJECTED', message: `the daemon does not accept ${own}`, cause });
  return abortable(
    signal,
    () => socket.destroy(),
    (resolve, reject) => {
      const onError = (cause: Error) => reject(refused(cause));
      const onEnd = () => reject(refused());
      const onReadable = () => {
        const byte: Buffer | null = socket.read(1);
        if (byte === null) return;
        socket.off('readable', onReadable).off('error', onError).off('end', onEnd).off('close', onEnd);
        if (byte[0] === 1) resolve();
        else reject(failed(`the daemon sent the byte ${byte[0]} where 1 means that it accepts the client`));
      };
      socket.on('readable', onReadable).once('error', onError).once('end', onEnd).once('close', onEnd);
    },
  );
}

/** OpenSSL's verdicts on a server's certificate, in words that say what to do. */
const VERDICTS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'has expired',
  CERT_NOT_YET_VALID: 'is not valid yet',
  CERT_REVOKED: 'was revoked',
  UNABLE_TO_GET_CRL: 'cannot be checked: the revocation list is not of its CA',
  CRL_HAS_EXPIRED: 'cannot be checked: the revocation list has expired',
  CRL_SIGNATURE_FAILURE: 'cannot be checked: the revocation list is not signed by its CA',
  ERR_TLS_CERT_ALTNAME_INVALID: 'is for another host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'is not from our CA',
  SELF_SIGNED_CERT_IN_CHAIN: 'is not from our CA',
  UNABLE_TO_GET_ISSUER_CERT: 'is not from our CA',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'is not from our CA',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'is not from our CA',
  CERT_SIGNATURE_FAILURE: 'is not from our CA',
  INVALID_PURPOSE: 'is not for TLS servers',
};

function verificationError(cause: Error, host: string): LibvirtError {
  const code = 'code' in cause ? String(cause.code) : '';
  const verdict = VERDICTS[code];
  if (verdict === undefined) return failed(cause.message, cause);
  const message = `the certificate of ${host} ${verdict} (${code})`;
  return new LibvirtError({ code: 'SERVER_CERTIFICATE_REJECTED', message, cause });
}

function failed(message: string, cause?: unknown): LibvirtError {
  return new LibvirtError({ code: 'CONNECTION_FAILED', message, cause });
}
