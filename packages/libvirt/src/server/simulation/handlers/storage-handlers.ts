import {
  ConnectListAllStoragePoolsFlags as FLAG,
  StoragePoolCreateFlags,
  StorageVolDownloadFlags,
  StorageVolInfoFlags,
  StorageVolResizeFlags,
  StorageVolType,
} from '../../../generated/enums.ts';
import type { RemoteNonnullStorageVol } from '../../../generated/remote.ts';
import { ServerFailure } from '../../failure.ts';
import type { Handlers } from '../../handlers.ts';
import type { SimulatedHost } from '../simulated-host.ts';

const names = (host: SimulatedHost, flag: number) => host.storagePools.list(flag).map(({ name }) => name);
const volumeOf = (host: SimulatedHost, vol: RemoteNonnullStorageVol) =>
  host.storagePools.byName(vol.pool).volume(vol.name);

/** A volume that is about to change. */
const ownVolume = (host: SimulatedHost, vol: RemoteNonnullStorageVol) =>
  host.storagePools.byName(vol.pool).volumes.keep(volumeOf(host, vol));

export const poolHandlers: Handlers<SimulatedHost> = {
  connectListAllStoragePools: ({ need_results, flags }, { driver }) => {
    const pools = driver.storagePools.list(flags);
    return { pools: need_results ? pools.map(({ ref }) => ref) : [], ret: pools.length };
  },
  connectNumOfStoragePools: (_, { driver }) => ({ num: names(driver, FLAG.ACTIVE).length }),
  connectListStoragePools: ({ maxnames }, { driver }) => ({ names: names(driver, FLAG.ACTIVE).slice(0, maxnames) }),
  connectNumOfDefinedStoragePools: (_, { driver }) => ({ num: names(driver, FLAG.INACTIVE).length }),
  connectListDefinedStoragePools: ({ maxnames }, { driver }) => ({
    names: names(driver, FLAG.INACTIVE).slice(0, maxnames),
  }),
  storagePoolLookupByName: ({ name }, { driver }) => ({ pool: driver.storagePools.byName(name).ref }),
  storagePoolLookupByUUID: ({ uuid }, { driver }) => ({ pool: driver.storagePools.find(uuid).ref }),
  storagePoolLookupByVolume: ({ vol }, { driver }) => ({ pool: driver.storagePools.byName(vol.pool).ref }),
  storagePoolLookupByTargetPath: ({ path }, { driver }) => ({ pool: driver.storagePools.byFolder(path).ref }),

  storagePoolDefineXML: ({ xml }, { driver }) => ({ pool: driver.storagePools.define(xml).ref }),
  storagePoolCreateXML: ({ xml }, { driver }) => ({
    pool: driver.storagePools.start(driver.storagePools.define(xml, false)).ref,
  }),
  storagePoolCreate: ({ pool, flags }, { driver }) => {
    const found = driver.storagePools.find(pool.uuid);
    const { WITH_BUILD, WITH_BUILD_NO_OVERWRITE, WITH_BUILD_OVERWRITE } = StoragePoolCreateFlags;
    const builds = (flags & (WITH_BUILD | WITH_BUILD_NO_OVERWRITE | WITH_BUILD_OVERWRITE)) !== 0;
    if (builds) driver.storagePools.build(found);
    driver.storagePools.start(found);
  },
  storagePoolBuild: ({ pool }, { driver }) => driver.storagePools.build(driver.storagePools.find(pool.uuid)),
  storagePoolDelete: ({ pool }, { driver }) => driver.storagePools.delete(driver.storagePools.find(pool.uuid)),
  storagePoolDestroy: ({ pool }, { driver }) => driver.storagePools.stop(driver.storagePools.find(pool.uuid)),
  storagePoolUndefine: ({ pool }, { driver }) => driver.storagePools.undefine(driver.storagePools.find(pool.uuid)),
  storagePoolRefresh: ({ pool }, { driver }) => driver.storagePools.refresh(driver.storagePools.find(pool.uuid)),

  storagePoolGetInfo: ({ pool }, { driver }) => driver.storagePools.find(pool.uuid).info,
  storagePoolGetXMLDesc: ({ pool }, { driver }) => ({ xml: driver.storagePools.find(pool.uuid).xml }),
  storagePoolGetAutostart: ({ pool }, { driver }) => ({
    autostart: driver.storagePools.find(pool.uuid).autostart ? 1 : 0,
  }),
  storagePoolSetAutostart: ({ pool, autostart }, { driver }) => {
    driver.storagePools.find(pool.uuid).autostart = autostart !== 0;
  },
  storagePoolIsActive: ({ pool }, { driver }) => ({ active: driver.storagePools.find(pool.uuid).isActive ? 1 : 0 }),
  storagePoolIsPersistent: ({ pool }, { driver }) => ({
    persistent: driver.storagePools.find(pool.uuid).isPersistent ? 1 : 0,
  }),
  storagePoolNumOfVolumes: ({ pool }, { driver }) => ({ num: [...driver.storagePools.find(pool.uuid).volumes].length }),
  storagePoolListVolumes: ({ pool, maxnames }, { driver }) => ({
    names: [...driver.storagePools.find(pool.uuid).volumes].map(({ name }) => name).slice(0, maxnames),
  }),
  storagePoolListAllVolumes: ({ pool, need_results }, { driver }) => {
    const volumes = [...driver.storagePools.find(pool.uuid).volumes];
    return { vols: need_results ? volumes.map(({ ref }) => ref) : [], ret: volumes.length };
  },
};

export const volumeHandlers: Handlers<SimulatedHost> = {
  storageVolLookupByName: ({ pool, name }, { driver }) => ({
    vol: driver.storagePools.find(pool.uuid).volume(name).ref,
  }),
  storageVolLookupByKey: ({ key }, { driver }) => ({ vol: driver.storagePools.volumeAt(key).ref }),
  storageVolLookupByPath: ({ path }, { driver }) => ({ vol: driver.storagePools.volumeAt(path).ref }),
  storageVolGetPath: ({ vol }, { driver }) => ({ name: volumeOf(driver, vol).key }),
  storageVolGetXMLDesc: ({ vol }, { driver }) => ({ xml: volumeOf(driver, vol).xml }),
  storageVolGetInfo: ({ vol }, { driver }) => {
    const { capacityBytes, allocationBytes } = volumeOf(driver, vol);
    return { type: StorageVolType.FILE, capacity: capacityBytes, allocation: allocationBytes };
  },
  storageVolGetInfoFlags: ({ vol, flags }, { driver }) => {
    const { capacityBytes, allocationBytes, lengthBytes } = volumeOf(driver, vol);
    const wantsLength = (flags & StorageVolInfoFlags.GET_PHYSICAL) !== 0;
    const allocation = wantsLength ? lengthBytes : allocationBytes;
    return { type: StorageVolType.FILE, capacity: capacityBytes, allocation };
  },
  storageVolCreateXML: ({ pool, xml }, { driver }) => ({
    vol: driver.storagePools.find(pool.uuid).createVolume(xml).ref,
  }),
  storageVolCreateXMLFrom: ({ pool, xml, clonevol }, { driver }) => ({
    vol: driver.storagePools.find(pool.uuid).createVolume(xml, volumeOf(driver, clonevol)).ref,
  }),
  storageVolDelete: ({ vol }, { driver }) => {
    driver.storagePools.byName(vol.pool).volumes.remove(volumeOf(driver, vol));
  },
  storageVolResize: ({ vol, capacity, flags }, { driver }) => {
    const volume = ownVolume(driver, vol);
    const { DELTA, SHRINK } = StorageVolResizeFlags;
    const change = (flags & SHRINK) !== 0 ? -Number(capacity) : Number(capacity);
    const wanted = (flags & DELTA) !== 0 ? volume.capacityBytes + change : Number(capacity);
    if (wanted < volume.capacityBytes && (flags & SHRINK) === 0) {
      throw new ServerFailure('INVALID_ARG', "can't shrink capacity below existing allocation", 'STORAGE');
    }
    volume.resize(Math.max(wanted, 0));
  },
  storageVolWipe: ({ vol }, { driver }) => ownVolume(driver, vol).wipe(),
  storageVolWipePattern: ({ vol }, { driver }) => ownVolume(driver, vol).wipe(),
  storageVolUpload: ({ vol, offset, length }, call) => {
    const volume = ownVolume(call.driver, vol);
    call.serveStream((stream) => volume.receive(stream, Number(offset), Number(length)));
  },
  storageVolDownload: ({ vol, offset, length, flags }, call) => {
    const volume = volumeOf(call.driver, vol);
    const isSparse = (flags & StorageVolDownloadFlags.SPARSE_STREAM) !== 0;
    call.serveStream((stream) => volume.transmit(stream, Number(offset), Number(length), isSparse));
  },
};
