import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const CA_DAYS = 3650;
const SERVER_DAYS = 90;
/** Renewed when less than this is left; the engine asks every day. */
const RENEW_DAYS = 30;

interface Pair {
  certificate: x509.X509Certificate;
  key: webcrypto.CryptoKey;
  pem: { cert: string; key: string };
}
export interface ServerCertificate {
  /** Certificate and the CA's, PEM. */
  cert: string;
  key: string;
  /** For people to import: the CA's certificate. */
  caPath: string;
}

const serial = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)))
    .toString('hex')
    .replace(/^./, '1');
const newKeys = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

async function stored(folder: string, name: string): Promise<Pair | null> {
  const [certFile, keyFile] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  if (!existsSync(certFile) || !existsSync(keyFile)) return null;
  const pem = { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  const key = await webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem.key), ALGORITHM, true, [
    'sign',
  ]);
  return { certificate: new x509.X509Certificate(pem.cert), key, pem };
}

async function store(
  folder: string,
  name: string,
  certificate: x509.X509Certificate,
  key: webcrypto.CryptoKey,
): Promise<Pair> {
  const pem = {
    cert: certificate.toString('pem'),
    key: x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY'),
  };
  writeFileSync(join(folder, `${name}.key`), pem.key, { mode: 0o600 });
  writeFileSync(join(folder, `${name}.crt`), pem.cert, { mode: 0o600 });
  return { certificate, key, pem };
}

async function authority(folder: string, now: Date): Promise<Pair> {
  const there = await stored(folder, 'ca');
  if (there !== null && there.certificate.notAfter.getTime() - now.getTime() > SERVER_DAYS * DAY_MS) return there;
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serial(),
    name: 'CN=Domus site CA',
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + CA_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  return store(folder, 'ca', certificate, keys.privateKey);
}

/** What the server is called: the name it listens under, or every address of the machine where it listens on all. */
function subjects(listen: string): string[] {
  const everywhere = listen === '0.0.0.0' || listen === '::';
  const local = Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).map(({ address }) => address.split('%')[0] ?? ''),
  );
  return [...new Set(['localhost', ...(everywhere ? local : [listen])])].sort();
}

/**
 * The certificate for a listening address, from the site's own CA in the folder; a new one where none is there, its
 * names have changed or it ends within 30 days.
 */
export async function certificateFor(folder: string, listen: string, now: Date): Promise<ServerCertificate> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const ca = await authority(folder, now);
  const names = subjects(listen);
  const there = await stored(folder, 'server');
  const fits =
    there !== null &&
    there.certificate.notAfter.getTime() - now.getTime() > RENEW_DAYS * DAY_MS &&
    there.certificate.issuer === ca.certificate.subject &&
    (await there.certificate.verify({ publicKey: ca.certificate.publicKey, signatureOnly: true })) &&
    namesOf(there.certificate).join() === names.join();
  const pair = fits ? there : await issue(folder, ca, names, now);
  return { cert: `${pair.pem.cert}\n${ca.pem.cert}\n`, key: pair.pem.key, caPath: join(folder, 'ca.crt') };
}

const namesOf = (certificate: x509.X509Certificate): string[] =>
  (certificate.getExtension(x509.SubjectAlternativeNameExtension)?.names.items ?? []).map((each) => each.value).sort();

async function issue(folder: string, ca: Pair, names: readonly string[], now: Date): Promise<Pair> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: 'CN=Domus',
    issuer: ca.certificate.subject,
    notBefore: new Date(now.getTime() - DAY_MS),
    notAfter: new Date(now.getTime() + SERVER_DAYS * DAY_MS),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: ca.key,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  });
  return store(folder, 'server', certificate, keys.privateKey);
}
