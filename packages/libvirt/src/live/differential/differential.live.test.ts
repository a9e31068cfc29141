import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { obstacle } from '../fixture.ts';
import { Coverage } from './coverage.ts';
import { Lab, labObstacle } from './lab.ts';
import { report } from './report.ts';
import { runScenario, scenarioNames } from './scenario.ts';

describe.skipIf(obstacle(labObstacle()) !== undefined)('libvirt-python and this client', () => {
  const coverage = new Coverage();
  let lab: Lab;

  beforeAll(async () => {
    lab = await Lab.start();
  });

  afterAll(() => lab?.stop());

  test.each(scenarioNames())('have the same done and hear the same: %s', async (name) => {
    expect(await runScenario(name, lab, coverage)).toEqual([]);
  });

  test('every frame between them and the daemons is the same when encoded again', () => {
    expect([...lab.py.problems, ...lab.ts.problems, ...lab.daemons.problems]).toEqual([]);
    expect(lab.py.frames).toBeGreaterThan(2000);
    expect(lab.daemons.calls.map(({ procedure }) => procedure.name)).toContain('domainMigratePrepareTunnel3Params');
  });

  test('every procedure and every event is compared, or has a reason why not', () => {
    const { succeeded, refused, unexplained, text } = report(coverage);
    console.log(text);
    expect(unexplained).toEqual([]);
    expect(succeeded.length + refused.length).toBeGreaterThanOrEqual(300);
  });
});
