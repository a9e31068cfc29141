/**
 * Runs in a page: looks at each frame whether a canvas holds a pixel that is not black, and then marks `first-pixel`.
 * Text, because here is no DOM to type it with.
 */
export const markFirstPixel = `
const small = new OffscreenCanvas(64, 64).getContext('2d', { willReadFrequently: true });
const look = () => {
  const canvas = document.querySelector('canvas');
  if (canvas && canvas.width > 0) {
    small.drawImage(canvas, 0, 0, 64, 64);
    const { data } = small.getImageData(0, 0, 64, 64);
    if (data.some((value, at) => at % 4 !== 3 && value > 0)) return performance.mark('first-pixel');
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
`;
