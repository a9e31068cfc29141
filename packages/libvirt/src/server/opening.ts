import { AuthType, DriverFeature } from '../features.ts';
import type { Client, Handlers } from './handlers.ts';

/** What a driver is asked for: CONNECT_OPEN's name (a URI without its transport; null: any) and flags. */
export type OpenDriver<Driver> = (
  name: string | null,
  flags: number,
  client: Client<Driver>,
) => Driver | Promise<Driver>;

const { PROGRAM_KEEPALIVE, REMOTE_CLOSE_CALLBACK, REMOTE_EVENT_CALLBACK, TYPED_PARAM_STRING } = DriverFeature;
const SUPPORTED: readonly number[] = [
  PROGRAM_KEEPALIVE,
  REMOTE_CLOSE_CALLBACK,
  REMOTE_EVENT_CALLBACK,
  TYPED_PARAM_STRING,
];

/** What every connection begins and ends with. */
export function openingHandlers<Driver>(open: OpenDriver<Driver>): Handlers<Driver> {
  return {
    authList: () => ({ types: [AuthType.NONE] }),
    connectSupportsFeature: ({ feature }, { client }) => {
      if (feature === PROGRAM_KEEPALIVE) client.startKeepalive();
      return { supported: SUPPORTED.includes(feature) ? 1 : 0 };
    },
    connectOpen: async ({ name, flags }, { client }) => client.open(await open(name, flags, client)),
    connectClose: () => undefined,
    connectIsSecure: () => ({ secure: 1 }),
    connectRegisterCloseCallback: () => undefined,
    connectUnregisterCloseCallback: () => undefined,
    connectSetIdentity: () => undefined,
  };
}
