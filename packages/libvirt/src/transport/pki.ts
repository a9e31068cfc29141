import { X509Certificate } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientEnvironment } from '../environment.ts';
import { LibvirtError } from '../errors.ts';
import { readOptionalFile } from '../optional-file.ts';

/** PEM texts for a TLS connection. */
export interface ClientPki {
  readonly ca: string;
  readonly crl: string | undefined;
  /** Our certificate and its key; undefined: we have none, and the daemon decides whether it wants one. */
  readonly identity: { readonly cert: string; readonly key: string } | undefined;
}

interface Places {
  readonly ca: string;
  readonly crl: string;
  readonly cert: string;
  readonly key: string;
}

/**
 * Finds and reads certificates where libvirt has them (https://libvirt.org/kbase/tlscerts.html): in `pkipath`; else, but
 * for root, in ~/.pki/libvirt; else in /etc/pki. `sanity`: certificates that cannot work are refused here, where the
 * reason is known, and not by the other side.
 */
export async function readClientPki(
  pkipath: string | undefined,
  sanity: boolean,
  environment: ClientEnvironment,
): Promise<ClientPki> {
  const places = pkipath === undefined ? usualPlaces(environment) : folder(pkipath);
  const [ca, crl, cert, key] = await Promise.all(
    [places.ca, places.crl, places.cert, places.key].map(readOptionalFile),
  );
  if (ca === undefined) throw invalid(`there is no CA certificate ${places.ca}`);
  if (cert === undefined && key !== undefined) throw invalid(`key ${places.key} has no certificate ${places.cert}`);
  if (cert !== undefined && key === undefined) throw invalid(`certificate ${places.cert} has no key ${places.key}`);
  if (sanity) checkCertificate(places.ca, ca, true);
  if (sanity && cert !== undefined) checkCertificate(places.cert, cert, false);
  return { ca, crl, identity: cert === undefined || key === undefined ? undefined : { cert, key } };
}

function folder(path: string): Places {
  const file = (name: string) => join(path, name);
  return {
    ca: file('cacert.pem'),
    crl: file('cacrl.pem'),
    cert: file('clientcert.pem'),
    key: file('clientkey.pem'),
  };
}

function usualPlaces({ isRoot, home, systemPkiFolder }: ClientEnvironment): Places {
  const system = {
    ca: join(systemPkiFolder, 'CA/cacert.pem'),
    crl: join(systemPkiFolder, 'CA/cacrl.pem'),
    cert: join(systemPkiFolder, 'libvirt/clientcert.pem'),
    key: join(systemPkiFolder, 'libvirt/private/clientkey.pem'),
  };
  if (isRoot) return system;
  const own = folder(join(home, '.pki/libvirt'));
  const ownIdentity = existsSync(own.cert) && existsSync(own.key);
  return {
    ca: existsSync(own.ca) ? own.ca : system.ca,
    crl: existsSync(own.crl) ? own.crl : system.crl,
    ...(ownIdentity ? { cert: own.cert, key: own.key } : { cert: system.cert, key: system.key }),
  };
}

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

function checkCertificate(path: string, pem: string, isCa: boolean): void {
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(pem);
  } catch (cause) {
    throw invalid(`${path} is no certificate`, cause);
  }
  const now = Date.now();
  if (Date.parse(certificate.validTo) < now) throw invalid(`${path} expired on ${certificate.validTo}`);
  if (Date.parse(certificate.validFrom) > now) throw invalid(`${path} is valid only from ${certificate.validFrom}`);
  if (isCa && !certificate.ca) throw invalid(`${path} is not the certificate of a CA`);
  // The name is Node's: these are the *extended* key usages.
  const purposes = certificate.keyUsage as string[] | undefined;
  if (!isCa && purposes && !purposes.includes(CLIENT_AUTH)) throw invalid(`${path} is not for TLS clients`);
}

function invalid(message: string, cause?: unknown): LibvirtError {
  return new LibvirtError({ code: 'INVALID_CONFIGURATION', message, cause });
}
