/**
 * A guest's serial console in this terminal: `node console.ts NAME [URI]`. Ctrl-] leaves. Where stdin is no terminal its
 * bytes go to the guest as they are, and what the guest says is shown until it ends or Ctrl-] is among them.
 */
import { pipeline } from 'node:stream/promises';
import { connect, isLibvirtError } from '@domus/libvirt';

const CTRL_BRACKET = 0x1d;
const [name = '', uri] = process.argv.slice(2);
const { stdin, stdout, stderr } = process;

const connection = await connect({ uri });
const domain = await connection.domains.lookupByName(name);
// A connection of its own carries the stream: however slowly it is read, `connection` goes on working.
const guest = await domain.openConsole();

if (stdin.isTTY) stdin.setRawMode(true);
stderr.write(`Connected to ${domain.name}; Ctrl-] leaves\r\n`);
stdin.on('data', (bytes: Buffer) => {
  const leave = bytes.indexOf(CTRL_BRACKET);
  guest.write(leave < 0 ? bytes : bytes.subarray(0, leave));
  if (leave >= 0) guest.end();
});

try {
  await pipeline(guest, stdout, { end: false });
  stderr.write('\r\nThe console is closed\r\n');
} catch (error) {
  if (!isLibvirtError(error)) throw error;
  stderr.write(`\r\n${error.code}: ${error.message}\r\n`);
  process.exitCode = 1;
} finally {
  if (stdin.isTTY) stdin.setRawMode(false);
  stdin.destroy();
  await connection.close();
}
