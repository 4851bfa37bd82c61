/** Pixels that compress as those of patients do, where noise would not: smooth tissue, edges, and the noise of a detector. */

const AIR = 24
const TISSUE = 1064
const BONE = 2024

/** A slice through a head: 12 bits, 1024 is water. Each k is another slice.
 * @returns size × size samples of 16 bits, little endian */
export function headSlice(size: number, k: number): Buffer {
  const bytes = Buffer.alloc(size * size * 2)
  const samples = new Uint16Array(bytes.buffer, bytes.byteOffset, size * size)
  const noise = noiseOf(k)
  const skull = 0.4 + 0.02 * Math.sin(k / 9)
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const [across, down] = [x / size - 0.5, y / size - 0.5]
      const radius = Math.hypot(across * 1.2, down)
      const inside = TISSUE + 20 * Math.sin(across * 40 + k / 3) * Math.sin(down * 30) + 12 * noise()
      const level = radius > skull ? AIR + 4 * noise() : radius > skull - 0.03 ? BONE + 40 * noise() : inside
      samples[y * size + x] = Math.max(0, Math.round(level))
    }
  }
  return bytes
}

/** A mammogram: dark background, a breast from the left edge, 12 bits.
 * @returns rows × columns samples of 16 bits, little endian */
export function mammogram(rows: number, columns: number): Uint8Array {
  const bytes = new Uint8Array(rows * columns * 2)
  const samples = new Uint16Array(bytes.buffer)
  const noise = noiseOf(1)
  for (let y = 0; y < rows; y += 1) {
    const edge = columns * 0.7 * Math.sqrt(Math.max(0, 1 - ((y / rows - 0.5) * 2) ** 2))
    for (let x = 0; x < columns; x += 1) {
      const tissue = 1800 + 500 * Math.sin(x / 170) * Math.cos(y / 230) + 120 * Math.sin(x / 11 + y / 17)
      samples[y * columns + x] = x < edge ? Math.max(0, Math.round(tissue + 25 * noise())) : 0
    }
  }
  return bytes
}

/** About normally distributed, always the same for a seed. */
function noiseOf(seed: number): () => number {
  let state = (seed + 1) * 2_654_435_761
  const uniform = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 8) / (1 << 24)
  }
  return () => uniform() + uniform() + uniform() + uniform() - 2
}
