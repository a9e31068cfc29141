import { convert_spice_lz_to_web } from '@spice-project/spice-html5/src/lz.js';
import { convert_spice_quic_to_web, SpiceQuic } from '@spice-project/spice-html5/src/quic.js';

/** What it takes of a canvas' context. */
const context: ImageDataMaker = {
  createImageData: (width, height) => ({ width, height, data: new Uint8ClampedArray(width * height * 4) }),
};
const LZ_HEADER_BYTES = 28;

/** A message's buffer as spice-html5's wire hands it on, prepared outside of what is measured. */
export interface PreparedImage {
  view: DataView;
  buffer: ArrayBuffer;
}

/** The image as it lies in a message: its size, then its bytes. */
export function prepare(bytes: Uint8Array): PreparedImage {
  const buffer = new ArrayBuffer(4 + bytes.length);
  const view = new DataView(buffer);
  view.setUint32(0, bytes.length, true);
  new Uint8Array(buffer, 4).set(bytes);
  return { view, buffer };
}

/** The steps of its SpiceImage and DrawCopy for a QUIC image. @throws Error for what it cannot decode */
export function decodeQuic({ view, buffer }: PreparedImage): Uint8ClampedArray {
  const quic = new SpiceQuic();
  quic.from_dv(view, 0, buffer);
  if (quic.outptr === undefined) throw new Error('spice-html5 cannot decode this QUIC image');
  return convert_spice_quic_to_web(context, quic).data;
}

/** The same for LZ. */
export function decodeLz({ view, buffer }: PreparedImage): Uint8ClampedArray {
  const [type, width, height, , top_down] = [12, 16, 20, 24, 28].map((at) => view.getUint32(at)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const image = convert_spice_lz_to_web(context, {
    type,
    width,
    height,
    top_down,
    data: buffer.slice(4 + LZ_HEADER_BYTES),
  });
  if (image === undefined) throw new Error(`spice-html5 cannot decode LZ type ${type}`);
  return image.data;
}
