import { fillPatterns } from './byte-copies';
import { fillFixedCodes } from './inflate';
import { fillTables } from './quic-tables';

export { glz, glzPlace } from './glz';
export { holds, missingDistance, openDictionary } from './glz-dictionary';
export { inflate } from './inflate';
export { lz } from './lz';
export { lz4 } from './lz4';
export { failedAt } from './memory';
export { quic } from './quic';
export { pixelsAt, place } from './scratch';

fillTables();
fillPatterns();
fillFixedCodes();
