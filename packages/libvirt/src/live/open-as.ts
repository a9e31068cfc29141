/** A program for live tests: opens a URI as another user, from wherever it is started, and prints how that went as JSON. */
import { connect, isLibvirtError } from '../index.ts';

const [uri, uid] = process.argv.slice(2);
if (uid !== undefined) process.setuid?.(Number(uid));
try {
  await using connection = await connect(uri === undefined || uri === '' ? {} : { uri });
  console.log(JSON.stringify({ uri: await connection.host.getURI() }));
} catch (error) {
  if (!isLibvirtError(error)) throw error;
  console.log(JSON.stringify({ code: error.code, message: error.message }));
}
