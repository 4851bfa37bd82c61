/** Random numbers that come again for the same seed. */
export interface Random {
  readonly seed: number
  /** a whole number from 0 to below */
  below(limit: number): number
}

/** @param variable environment variable that names the seed; otherwise the clock does. Print the seed. */
export function seededBy(variable: string): Random {
  const given = process.env[variable]
  return random(given === undefined ? Date.now() % 2 ** 31 : Number(given))
}

function random(seed: number): Random {
  let state = seed >>> 0
  const below = (limit: number): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
  return { seed, below }
}
