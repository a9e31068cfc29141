import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { doctorJson, doctorTable, examineMachine } from './doctor.ts';
import { networkChecks } from './network.ts';
import { processorChecks } from './processor.ts';

const byId = <T extends { id: string }>(checks: readonly T[], id: string) => checks.find((each) => each.id === id);

describe('the doctor', () => {
  it('looks at this machine and tells it as a table and as JSON', async () => {
    const checks = await examineMachine({ dataDir: '/nowhere/yet', ports: [] });
    expect(byId(checks, 'node')?.detail.en).toContain(process.version);
    expect(byId(checks, 'disk')?.detail.en).toMatch(/GiB free at \/nowhere\/yet/);
    const told = JSON.parse(doctorJson(checks, 'zh-CN')) as { ok: boolean; checks: { id: string; title: string }[] };
    expect(told.checks.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    expect(byId(told.checks, 'memory')).toMatchObject({ title: '内存' });
    expect(told.ok).toBe(checks.every(({ state }) => state !== 'fail'));
    expect(doctorTable(checks, { language: 'en', colour: false })).toMatch(/\d+ ok, \d+ to know, \d+ failed$/);
  });

  it('gives a remedy with everything that is wrong, in both languages', async () => {
    for (const { state, remedy, detail } of await examineMachine({ dataDir: '/', ports: [] })) {
      expect(detail['zh-CN']).not.toBe('');
      if (state === 'fail') expect(remedy?.['zh-CN']).toBeTruthy();
    }
  });

  it('does not take /dev/kvm for KVM', () => {
    const checks = processorChecks({ cpuFlags: ['sse2'], kvmDevice: true, nested: null }, true);
    expect(byId(checks, 'cpu')?.state).toBe('warn');
    expect(byId(checks, 'kvm')).toMatchObject({ state: 'warn', detail: { en: expect.stringMatching(/not used/) } });
    expect(byId(processorChecks({ cpuFlags: ['svm'], kvmDevice: true, nested: true }, true), 'kvm')?.state).toBe('ok');
    expect(byId(processorChecks({ cpuFlags: ['svm'], kvmDevice: true, nested: true }, false), 'kvm')?.state).toBe(
      'warn',
    );
  });

  it('knows a port that another program holds', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const taken = byId(await networkChecks([port]), `port-${port}`);
    await new Promise((resolve) => server.close(resolve));
    const free = byId(await networkChecks([port]), `port-${port}`);
    expect([taken?.state, free?.state]).toEqual(['fail', 'ok']);
  });
});
