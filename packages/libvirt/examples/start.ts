/** Starts a domain and says so, or why not: `node start.ts NAME [URI]`. */
import { connect, isLibvirtError } from '@domus/libvirt';

const [name = '', uri] = process.argv.slice(2);
const connection = await connect({ uri });
try {
  const domain = await connection.domains.lookupByName(name);
  // Whatever happens to the host, after a minute we know.
  const started = await domain.create(0, { signal: AbortSignal.timeout(60_000) });
  const { state, reason } = await started.getState();
  console.log(`${started.name} has id ${started.ref.id} and is ${state} (${reason})`);
} catch (error) {
  // Codes are libvirt's own (VIR_ERR_NO_DOMAIN) and those of this side of the wire (ABORTED, CONNECTION_LOST, …).
  if (isLibvirtError(error, 'NO_DOMAIN')) console.error(`there is no domain '${name}'`);
  else if (isLibvirtError(error, 'OPERATION_INVALID')) console.error(`${name} runs already`);
  else if (isLibvirtError(error)) console.error(`${error.code}: ${error.message}`);
  else throw error;
  process.exitCode = 1;
} finally {
  await connection.close();
}
