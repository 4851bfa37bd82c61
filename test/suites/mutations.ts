import type { SeededRandom } from './seeded-random.js'

/** Damages a DICOM file the ways that hurt parsers: lengths, delimiters, VRs, cuts, and pieces of other files. */
export function mutate(seed: Buffer, other: Buffer, random: SeededRandom): Buffer {
  let bytes: Buffer = Buffer.from(seed)
  const rounds = random.between(1, 6)
  for (let round = 0; round < rounds && bytes.length > 0; round++)
    bytes = MUTATIONS_OF(random)(bytes, other, random)
  return bytes
}

type Mutation = (bytes: Buffer, other: Buffer, random: SeededRandom) => Buffer

const MUTATIONS_OF = (random: SeededRandom): Mutation => random.pick(MUTATIONS)

const INTERESTING = [
  'ffffffff', 'feffffff', '00000000', '01000000', 'ffffff7f', '00000080', 'feff00e0', 'feff0de0', 'feffdde0', 'feff00e0ffffffff',
  'feff0de000000000', 'feffdde000000000', '53510000ffffffff', '554e0000ffffffff', '4f420000ffffffff', '08000500', 'e07f1000', 'e07f0100',
  'e07f0200', '28000800', '28000301', '02001000', '5c', '1b2442', '1b2429', 'fffe', 'fffee000', '504e', '4453', '4953', '4154', '5351', '5a5a',
].map(hex => Buffer.from(hex, 'hex')) // prettier-ignore

const MUTATIONS: readonly Mutation[] = [
  // one bit, or one byte
  (bytes, _other, random) => {
    const at = place(bytes, random)
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.between(0, 7))
    return bytes
  },
  (bytes, _other, random) => {
    bytes[place(bytes, random)] = random.pick([
      0,
      1,
      0x20,
      0x5c,
      0x7f,
      0x80,
      0xfe,
      0xff,
      random.between(0, 255),
    ])
    return bytes
  },
  // something that means something, over what is there or between it
  (bytes, _other, random) => {
    random.pick(INTERESTING).copy(bytes, place(bytes, random))
    return bytes
  },
  (bytes, _other, random) => {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), random.pick(INTERESTING), bytes.subarray(at)])
  },
  // a length on an even place made anything
  (bytes, _other, random) => {
    const at = place(bytes, random) & ~1
    if (at + 4 <= bytes.length)
      bytes.writeUInt32LE(random.between(0, random.pick([64, 70000, 2 ** 32 - 1])), at)
    return bytes
  },
  // without a stretch, with one twice, with one of another file
  (bytes, _other, random) => {
    const at = place(bytes, random)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + random.between(1, 64))])
  },
  (bytes, _other, random) => {
    const at = place(bytes, random)
    const piece = bytes.subarray(at, at + random.between(1, 512))
    return Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)])
  },
  (bytes, other, random) => {
    const at = place(bytes, random)
    const from = place(other, random)
    return Buffer.concat([
      bytes.subarray(0, at),
      other.subarray(from, from + random.between(1, 2048)),
      bytes.subarray(at),
    ])
  },
  // cut
  (bytes, _other, random) => bytes.subarray(0, random.between(0, bytes.length)),
]

/** Mostly where the headers are. */
function place(bytes: Buffer, random: SeededRandom): number {
  const last = Math.max(0, bytes.length - 1)
  return random.pick([true, true, true, false])
    ? random.between(Math.min(128, last), Math.min(8192, last))
    : random.between(0, last)
}
