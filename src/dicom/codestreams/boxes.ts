import { partOf, type ByteSource } from '../part10/byte-source.js'

/** Boxes of the ISO base media file format and of what is built like it: JP2, JPH, JPEG XL, MP4. ISO/IEC 15444-1 annex I. */
export interface Box {
  /** four characters */
  readonly type: string
  readonly content: ByteSource
}

const MOST_BOXES = 4096

/** The boxes of one level. Stops at what is no box. */
export async function* boxesOf(bytes: ByteSource): AsyncGenerator<Box, void, undefined> {
  let at = 0
  for (let boxes = 0; boxes < MOST_BOXES && at + 8 <= bytes.lengthBytes; boxes++) {
    const header = await bytes.read(at, at + 16)
    const type = header.toString('latin1', 4, 8)
    const short = header.readUInt32BE(0)
    if (short === 1 && header.length < 16) return
    const headerBytes = short === 1 ? 16 : 8
    const length =
      short === 1 ? Number(header.readBigUInt64BE(8)) : short === 0 ? bytes.lengthBytes - at : short
    if (length < headerBytes) return
    const end = Math.min(bytes.lengthBytes, at + length)
    yield { type, content: partOf(bytes, at + headerBytes, end) }
    at += length
  }
}

/** @returns the first box at the end of a path of types */
export async function findBox(bytes: ByteSource, path: readonly string[]): Promise<ByteSource | undefined> {
  const [type, ...rest] = path
  for await (const box of boxesOf(bytes)) {
    if (box.type === type) return rest.length === 0 ? box.content : findBox(box.content, rest)
  }
  return undefined
}
