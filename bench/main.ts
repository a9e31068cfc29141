import { parseArgs } from 'node:util';
import { comparisons } from './comparisons.ts';
import { machineLine } from './machine.ts';
import { rowOf, tableOf } from './measurement.ts';

const usage = `npm run bench -- NAME [--json]\n\n${[...comparisons].map(([name, { about }]) => `  ${name.padEnd(15)}${about}`).join('\n')}`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [name] = positionals;
  if (name === undefined) {
    console.log(usage);
    return 0;
  }
  const comparison = comparisons.get(name);
  if (comparison === undefined || positionals.length > 1) {
    console.error(`bench: "${positionals.join(' ')}" is no comparison\n\n${usage}`);
    return 2;
  }
  const before = machineLine();
  const { measurements, notes } = await comparison.run((text) => console.error(`… ${text}`));
  if (values.json) {
    console.log(JSON.stringify({ rows: measurements.map(rowOf) }));
    return 0;
  }
  console.log(`${name}: ${comparison.about}\n\n${tableOf(measurements)}\n`);
  for (const note of notes) console.log(`- ${note}`);
  console.log(`- before: ${before}\n- after: ${machineLine()}`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const usageError = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  console.error(`bench: ${usageError ? error.message : error instanceof Error ? error.stack : String(error)}`);
  process.exitCode = usageError ? 2 : 1;
}
