import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEADLINE_MS = 120_000;

/** The independent judge: which of these documents libxml2 finds valid by a schema of libvirt, and what it says. */
export async function xmllint(
  schema: string,
  documents: readonly string[],
): Promise<{ valid: boolean[]; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'domus-xml-'));
  try {
    const names = documents.map((text, n) => {
      writeFileSync(join(folder, `${n}.xml`), text);
      return `${n}.xml`;
    });
    const output = await new Promise<string>((resolve, reject) => {
      const options = { cwd: folder, maxBuffer: 1 << 28, timeout: DEADLINE_MS };
      execFile('xmllint', ['--noout', '--relaxng', schema, ...names], options, (error, _, stderr) => {
        // 3: some are not valid.
        if (error && error.code !== 3) reject(new Error(`xmllint: ${error.message.slice(0, 300)}`));
        else resolve(stderr);
      });
    });
    const lines = new Set(output.split('\n'));
    return { valid: names.map((name) => lines.has(`${name} validates`)), output };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
