import { expect, test } from 'vitest';
import { connect } from '../connection.ts';
import { DomainMetadataType } from '../generated/enums.ts';
import { ProtocolServer, ServerFailure } from '../testing/protocol-server.ts';
import { Network } from './networks.ts';

test('title, description and elements of a network', async () => {
  const kept = new Map<string, string>();
  const key = ({ type, uri }: { type: number; uri: string | null }) => `${type} ${uri}`;
  const server = new ProtocolServer({
    networkSetMetadata: (args) => {
      if (args.metadata === null) kept.delete(key(args));
      else kept.set(key(args), args.metadata);
    },
    networkGetMetadata: (args) => {
      const metadata = kept.get(key(args));
      if (metadata === undefined) throw new ServerFailure('NO_NETWORK_METADATA', 'metadata not found');
      return { metadata };
    },
  });
  const connection = await connect({ uri: 'qemu:///system', transport: server.transport });
  const { metadata } = new Network(connection, { name: 'lan', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f' });
  expect(await metadata.getTitle()).toBeUndefined();
  await metadata.setTitle('Office');
  await metadata.setDescription('two\nlines');
  await metadata.setElement('o', 'https://owner.invalid', '<owner/>');
  expect(await metadata.getTitle()).toBe('Office');
  expect(await metadata.getDescription()).toBe('two\nlines');
  expect(await metadata.getElement('https://owner.invalid')).toBe('<owner/>');
  expect(kept.get(`${DomainMetadataType.TITLE} null`)).toBe('Office');
  await metadata.setTitle(null);
  expect(await metadata.getTitle()).toBeUndefined();
});
