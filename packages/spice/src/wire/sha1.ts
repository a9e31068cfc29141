/** SHA-1 (FIPS 180-4) of a short input. Only for the OAEP padding of SPICE tickets: nothing rests on collisions. */
export function sha1(input: Uint8Array): Uint8Array {
  const blocks = (input.length + 8 + 64) >> 6;
  const words = new Int32Array(blocks * 16);
  for (let i = 0; i < input.length; i++) words[i >> 2]! |= input[i]! << (24 - (i & 3) * 8);
  words[input.length >> 2]! |= 0x80 << (24 - (input.length & 3) * 8);
  words[words.length - 1] = input.length * 8;

  const state = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const w = new Int32Array(80);
  for (let block = 0; block < words.length; block += 16) {
    w.set(words.subarray(block, block + 16));
    for (let t = 16; t < 80; t++) w[t] = rotate(w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!, 1);
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      const [f, k] =
        t < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : t < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : t < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6];
      const next = (rotate(a, 5) + f + e + k + w[t]!) | 0;
      e = d;
      d = c;
      c = rotate(b, 30);
      b = a;
      a = next;
    }
    state[0]! += a;
    state[1]! += b;
    state[2]! += c;
    state[3]! += d;
    state[4]! += e;
  }
  const digest = new Uint8Array(20);
  for (let i = 0; i < 20; i++) digest[i] = state[i >> 2]! >>> (24 - (i & 3) * 8);
  return digest;
}

function rotate(value: number, count: number): number {
  return (value << count) | (value >>> (32 - count));
}
