/** The order of samples in a frame of several a pixel. PS3.3 C.7.6.3.1.2, C.7.6.3.1.3; PS3.5 8.2. What is handed in is never
 *  changed. */

/** Plane by plane to pixel by pixel.
 * @param sampleBytes of one sample */
export function interleaved(planes: Uint8Array, samples: number, sampleBytes: number): Uint8Array {
  return transposed(planes, planes.length / (samples * sampleBytes), samples, sampleBytes)
}

/** Pixel by pixel to plane by plane.
 * @param sampleBytes of one sample */
export function planewise(pixels: Uint8Array, samples: number, sampleBytes: number): Uint8Array {
  return transposed(pixels, samples, pixels.length / (samples * sampleBytes), sampleBytes)
}

/** From item `row` of each of `columns` groups to group by item: out[row][column] = in[column][row]. */
function transposed(bytes: Uint8Array, rows: number, columns: number, sampleBytes: number): Uint8Array {
  const out = new Uint8Array(bytes.length)
  const outStep = columns * sampleBytes
  for (let byte = 0; byte < sampleBytes; byte++) {
    for (let column = 0; column < columns; column++) {
      let from = column * rows * sampleBytes + byte
      let to = column * sampleBytes + byte
      for (let row = 0; row < rows; row++, from += sampleBytes, to += outStep) out[to] = bytes[from] ?? 0
    }
  }
  return out
}

/** YBR_FULL_422 (Y Y Cb Cr for two pixels) of 8 bits to YBR_FULL. */
export function withFullChroma(pairs: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3)
  for (let pixel = 0; pixel < pixels; pixel++) {
    const pair = (pixel >> 1) * 4
    out[pixel * 3] = pairs[pair + (pixel & 1)] ?? 0
    out[pixel * 3 + 1] = pairs[pair + 2] ?? 128
    out[pixel * 3 + 2] = pairs[pair + 3] ?? 128
  }
  return out
}

/** YBR_FULL of 8 bits to YBR_FULL_422: two pixels share the mean of their colour. */
export function withHalfChroma(full: Uint8Array): Uint8Array {
  const pixels = full.length / 3
  const out = new Uint8Array(pixels * 2)
  for (let pixel = 0; pixel < pixels; pixel += 2) {
    const at = pixel * 3
    const next = pixel + 1 < pixels ? at + 3 : at
    out[pixel * 2] = full[at] ?? 0
    out[pixel * 2 + 1] = full[next] ?? 0
    out[pixel * 2 + 2] = ((full[at + 1] ?? 0) + (full[next + 1] ?? 0)) >> 1
    out[pixel * 2 + 3] = ((full[at + 2] ?? 0) + (full[next + 2] ?? 0)) >> 1
  }
  return out
}
