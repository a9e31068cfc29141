import { describe, expect, it } from 'vitest';
import { aptProgress, explainFailure, withoutAddresses } from './failure.rules.ts';

describe('a failed installation', () => {
  it.each([
    ['E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 12 (apt)', /another package manager/],
    ["Err:1 http://deb.example.org bookworm\n  Temporary failure resolving 'deb.example.org'", /cannot be reached/],
    ['E: Unable to locate package nosuch', /lacks one of the packages/],
    ['sudo: a password is required', /sudo did not let us/],
    ['dpkg: error processing archive (--unpack): No space left on device', /disk is full/],
    ['E: something new', /last words/],
  ])('%s', (output, cause) => {
    expect(explainFailure(output).en).toMatch(cause);
  });
  it('is told without addresses', () => {
    expect(withoutAddresses('E: Failed to fetch http://mirror.example.org/pool/x.deb 404')).toBe(
      'E: Failed to fetch (address) 404',
    );
  });
});

describe("apt's progress", () => {
  it.each([
    ['dlstatus:1:0.0000:Retrieving file 1 of 3', 0],
    ['dlstatus:3:100.0000:Retrieving file 3 of 3', 50],
    ['pmstatus:libvirt0:50.0000:Unpacking libvirt0 (amd64)', 75],
    ['pmstatus:libvirt0:amd64:100.0000:Installed libvirt0', 100],
    ['Setting up libvirt0 …', null],
  ])('%s', (line, progress) => {
    expect(aptProgress(line)).toBe(progress);
  });
});
