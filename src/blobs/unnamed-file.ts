import { randomBytes } from 'node:crypto'
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises'
import path from 'node:path'

/** A file whose name is gone before its first byte is written, so that its space comes back however the program ends.
 * @param folder made where there is none
 * @throws Error of the file system */
export async function openUnnamed(folder: string): Promise<FileHandle> {
  await mkdir(folder, { recursive: true })
  const name = path.join(folder, randomBytes(12).toString('hex'))
  const file = await open(name, 'wx+', 0o600)
  try {
    await unlink(name)
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Writes all of the bytes, however many calls the system makes of it. */
export async function writeWhole(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, at + written)
    written += bytesWritten
  }
}

/** Fills the bytes from a position on.
 * @throws Error where the file has fewer */
export async function readWhole(file: FileHandle, into: Uint8Array, at: number): Promise<void> {
  for (let read = 0; read < into.length;) {
    const { bytesRead } = await file.read(into, read, into.length - read, at + read)
    if (bytesRead === 0) throw new Error('the file is shorter than what was written')
    read += bytesRead
  }
}
