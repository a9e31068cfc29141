// What of spice-html5 is used here; the package has no types of its own.
declare module '@spice-project/spice-html5/src/quic.js' {
  export class SpiceQuic {
    outptr: Uint8Array | undefined;
    type: number;
    width: number;
    height: number;
    from_dv(view: DataView, at: number, buffer: ArrayBuffer): number;
  }
  export function convert_spice_quic_to_web(context: ImageDataMaker, quic: SpiceQuic): WebImage;
}
declare module '@spice-project/spice-html5/src/lz.js' {
  export interface LzImage {
    type: number;
    width: number;
    height: number;
    top_down: number;
    data: ArrayBuffer;
  }
  export function convert_spice_lz_to_web(context: ImageDataMaker, image: LzImage): WebImage | undefined;
}
interface WebImage {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}
interface ImageDataMaker {
  createImageData(width: number, height: number): WebImage;
}
