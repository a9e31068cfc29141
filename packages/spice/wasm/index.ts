import { fillTables } from './quic-tables';

export { glz, glzPlace } from './glz';
export { holds, missingDistance, openDictionary } from './glz-dictionary';
export { lz } from './lz';
export { failedAt } from './memory';
export { quic } from './quic';
export { pixelsAt, place } from './scratch';

fillTables();
