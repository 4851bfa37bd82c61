/** The file system's calls as promises, by file descriptor: half the cost of FileHandle for many small files. */
import * as fs from 'node:fs'
import { promisify } from 'node:util'

export const open = promisify(fs.open)
export const close = promisify(fs.close)
export const fsync = promisify(fs.fsync)
export const fdatasync = promisify(fs.fdatasync)
export const fstat = promisify(fs.fstat)
export const rename = promisify(fs.rename)
export const unlink = promisify(fs.unlink)
const writev = promisify(fs.writev)
const read = promisify(fs.read)

/** Writes all of the pieces from a position on, however many calls the system makes of it. */
export async function writeAll(
  fd: number,
  pieces: readonly Uint8Array[],
  positionBytes: number,
): Promise<void> {
  let rest = [...pieces]
  let position = positionBytes
  while (rest.length > 0) {
    const { bytesWritten } = await writev(fd, rest, position)
    position += bytesWritten
    rest = after(rest, bytesWritten)
  }
}

/** Fills as much of the buffer as the file has from a position on.
 * @returns how many bytes */
export async function readFully(fd: number, into: Uint8Array, positionBytes: number): Promise<number> {
  let filled = 0
  while (filled < into.length) {
    const { bytesRead } = await read(fd, into, filled, into.length - filled, positionBytes + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return filled
}

function after(pieces: readonly Uint8Array[], bytes: number): Uint8Array[] {
  const rest: Uint8Array[] = []
  let skip = bytes
  for (const piece of pieces) {
    if (skip < piece.length) rest.push(skip > 0 ? piece.subarray(skip) : piece)
    skip = Math.max(0, skip - piece.length)
  }
  return rest
}
