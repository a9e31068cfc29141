export { type Hyper, toNumber } from './hyper.ts';
export { readList, XdrReader } from './reader.ts';
export { writeList, XdrWriter } from './writer.ts';
