/** Certificates for tests, made by openssl. */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const EC_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

const CA_CONF = `[ca]
default_ca = own
[own]
database = index
crlnumber = crlnumber
default_md = sha256
default_crl_days = 30
certificate = ca.pem
private_key = ca.key
`;

/** A CA in a folder of its own; certificates it makes lie there as NAME.pem and NAME.key. */
export class TestCa {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(name: string): Promise<TestCa> {
    const ca = new TestCa(await mkdtemp(join(tmpdir(), 'domus-ca-')));
    await writeFile(ca.file('ca.conf'), CA_CONF);
    await writeFile(ca.file('index'), '');
    await writeFile(ca.file('crlnumber'), '01\n');
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    await ca.#openssl(
      'req',
      '-x509',
      ...EC_KEY,
      '-subj',
      `/CN=${name}`,
      '-days',
      '30',
      ...usage,
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    return ca;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  /** `days` negative: it expired that long ago. */
  async issue(name: string, purpose: 'serverAuth' | 'clientAuth', days = 30): Promise<void> {
    const request = ['req', '-new', ...EC_KEY, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
    await this.#openssl(...request);
    const extensions = `subjectAltName=DNS:${name}\nextendedKeyUsage=${purpose}\nkeyUsage=digitalSignature\nbasicConstraints=CA:FALSE\n`;
    await writeFile(this.file(`${name}.ext`), extensions);
    const signed = ['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    await this.#openssl(...signed, '-days', String(days), '-extfile', `${name}.ext`, '-out', `${name}.pem`);
  }

  /** The revocation list, with these certificates on it. */
  async revoke(...names: string[]): Promise<string> {
    for (const name of names) await this.#openssl('ca', '-config', 'ca.conf', '-revoke', `${name}.pem`);
    const list = `crl-${names.join('-')}.pem`;
    await this.#openssl('ca', '-config', 'ca.conf', '-gencrl', '-out', list);
    return this.file(list);
  }

  /** A folder for `pkipath`: this CA's certificate, `identity` of any CA, a revocation list. */
  async pkipath(name: string, identity?: { ca: TestCa; name: string }, crl?: string): Promise<string> {
    const folder = this.file(`pki-${name}`);
    await mkdir(folder);
    await copyFile(this.file('ca.pem'), join(folder, 'cacert.pem'));
    if (crl !== undefined) await copyFile(crl, join(folder, 'cacrl.pem'));
    if (identity) {
      await copyFile(identity.ca.file(`${identity.name}.pem`), join(folder, 'clientcert.pem'));
      await copyFile(identity.ca.file(`${identity.name}.key`), join(folder, 'clientkey.pem'));
    }
    return folder;
  }

  #openssl(...args: string[]) {
    return run('openssl', args, { cwd: this.folder });
  }
}
