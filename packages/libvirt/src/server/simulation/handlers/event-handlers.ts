/** Registrations, in the three forms that clients of different age use for domains. */
import { DomainEventID } from '../../../generated/enums.ts';
import type { Handlers } from '../../handlers.ts';
import type { SimulatedHost } from '../simulated-host.ts';

export const eventHandlers: Handlers<SimulatedHost> = {
  // Lifecycle alone, without callback ids.
  connectDomainEventRegister: (_, { driver, client }) => {
    driver.eventsOf(client).register('domain', DomainEventID.LIFECYCLE, undefined, true);
    return { cb_registered: 1 };
  },
  connectDomainEventDeregister: (_, { driver, client }) => {
    driver.eventsOf(client).deregisterPlain(DomainEventID.LIFECYCLE);
    return { cb_registered: 0 };
  },

  // Any event, without callback ids.
  connectDomainEventRegisterAny: ({ eventID }, { driver, client }) => {
    driver.eventsOf(client).register('domain', eventID, undefined, true);
  },
  connectDomainEventDeregisterAny: ({ eventID }, { driver, client }) => {
    driver.eventsOf(client).deregisterPlain(eventID);
  },

  connectDomainEventCallbackRegisterAny: ({ eventID, dom }, { driver, client }) => ({
    callbackID: driver.eventsOf(client).register('domain', eventID, dom?.uuid),
  }),
  connectDomainEventCallbackDeregisterAny: ({ callbackID }, { driver, client }) => {
    driver.eventsOf(client).deregister('domain', callbackID);
  },
  connectNetworkEventRegisterAny: ({ eventID, net }, { driver, client }) => ({
    callbackID: driver.eventsOf(client).register('network', eventID, net?.uuid),
  }),
  connectNetworkEventDeregisterAny: ({ callbackID }, { driver, client }) => {
    driver.eventsOf(client).deregister('network', callbackID);
  },
  connectStoragePoolEventRegisterAny: ({ eventID, pool }, { driver, client }) => ({
    callbackID: driver.eventsOf(client).register('storagePool', eventID, pool?.uuid),
  }),
  connectStoragePoolEventDeregisterAny: ({ callbackID }, { driver, client }) => {
    driver.eventsOf(client).deregister('storagePool', callbackID);
  },
  connectNodeDeviceEventRegisterAny: ({ eventID, dev }, { driver, client }) => ({
    callbackID: driver.eventsOf(client).register('nodeDevice', eventID, dev?.name),
  }),
  connectNodeDeviceEventDeregisterAny: ({ callbackID }, { driver, client }) => {
    driver.eventsOf(client).deregister('nodeDevice', callbackID);
  },
  connectSecretEventRegisterAny: ({ eventID, secret }, { driver, client }) => ({
    callbackID: driver.eventsOf(client).register('secret', eventID, secret?.uuid),
  }),
  connectSecretEventDeregisterAny: ({ callbackID }, { driver, client }) => {
    driver.eventsOf(client).deregister('secret', callbackID);
  },
};
