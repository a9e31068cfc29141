/** What changes by itself between two calls, or belongs to one twin alone: compared by its kind only. */

/** Fields and typed parameters, by procedure. */
const MOVING: Readonly<Record<string, RegExp>> = {
  connectGetAllDomainStats: /^(cpu\.(time|user|system)|vcpu\.\d+\.(time|wait|delay)|balloon\.(rss|last-update))$/,
  domainBlockStats: /^(rd|wr)_/,
  domainGetInfo: /^cpuTime$/,
  domainGetJobInfo: /^timeElapsed$/,
  domainGetJobStats: /^time_elapsed$/,
  domainGetCPUStats: /_time$/,
  domainGetGuestInfo: /^fs\.\d+\.used-bytes$/,
  domainGetTime: /^n?seconds$/,
  domainGetVcpus: /^cpu(_time)?$/,
  // Its tags: rss, last_update.
  domainMemoryStats: /^(7|9)$/,
  domainInterfaceStats: /^(rx|tx)_(bytes|packets|drop)$/,
  nodeGetCPUStats: /^(kernel|user|idle|iowait|intr)$/,
  nodeGetCellsFreeMemory: /^cells$/,
  nodeGetInfo: /^mhz$/,
  nodeGetFreeMemory: /^freeMem$/,
  nodeGetFreePages: /^counts$/,
  nodeGetMemoryStats: /^(free|buffers|cached)$/,
};

/** The same between twins. */
const OWN: Readonly<Record<string, RegExp>> = {
  connectGetAllDomainStats: /^block\.\d+\.(rd|wr|fl)\.times$/,
  // Of a migration that is over.
  domainGetJobStats: /^(time_elapsed_net|downtime|downtime_net|setup_time|data_.*|memory_(?!page_size|total).*)$/,
  domainInterfaceAddresses: /^addr$/,
  // What a screen shows depends on how far its guest got.
  domainScreenshot: /^data$/,
  // Others use the same file system.
  storagePoolGetInfo: /^(allocation|available)$/,
};

/** In texts of twins (XML above all): what the daemon numbered, named or measured for each of them. */
const OWN_TEXT: readonly (readonly [RegExp, string])[] = [
  [/(<domain [^>]*)id='\d+'/g, "$1id='…'"],
  [/(<graphics [^>]*)port='\d+'/g, "$1port='…'"],
  // Of a daemon's own choice: those of scenarios bear their marks.
  [/<uuid>(?![\da-f]{8}-7473-)[\da-f-]+</g, '<uuid>…<'],
  [/<allocation unit='bytes'>\d+<\/allocation>\s*<available unit='bytes'>\d+</g, '<available>…<'],
  [/<creationTime>\d+</g, '<creationTime>…<'],
  [/<statistics>[\s\S]*?<\/statistics>/g, '<statistics/>'],
  [/portid='[\da-f-]+'/g, "portid='…'"],
  [/"id":"libvirt-\d+"/g, '"id":"libvirt-…"'],
  [/\/domain-\d+-/g, '/domain-…-'],
  [/'\/dev\/pts\/\d+'/g, "'/dev/pts/…'"],
  [/<([amc]time)>[\d.]+</g, '<$1>…<'],
];

const NOTHING = /$^/;

export function movingFields(procedure: string, betweenTwins: boolean): RegExp {
  const moving = MOVING[procedure];
  const own = betweenTwins ? OWN[procedure] : undefined;
  if (moving && own) return new RegExp(`${moving.source}|${own.source}`);
  return moving ?? own ?? NOTHING;
}

export function withoutOwnText(text: string): string {
  return OWN_TEXT.reduce((rest, [pattern, stands]) => rest.replaceAll(pattern, stands), text);
}
