/** One multi-frame of any length that is made while it is sent. */
import { ctImage, type MadeInstance } from './made-dicom.js'

export const FRAME_BYTES = 512 * 512 * 2

export interface LargeInstance {
  readonly instance: MadeInstance
  /** in bytes, with all frames */
  readonly length: number
  /** the file, a frame at a time */
  readonly chunks: () => AsyncGenerator<Uint8Array>
}

export function largeInstance(frames: number): LargeInstance {
  const instance = ctImage({ frames, rows: 512, columns: 512, pixels: new Uint8Array(0) })
  // Everything up to the bytes of the pixel data, whose length its header already names.
  const head = Buffer.from(instance.bytes)
  head.writeUInt32LE(frames * FRAME_BYTES, head.length - 4)
  return {
    instance,
    length: head.length + frames * FRAME_BYTES,
    async *chunks() {
      yield head
      for (let number = 1; number <= frames; number++) yield await Promise.resolve(frame(number))
    },
  }
}

/** Bytes of a frame, 1-based, which tell it from the others. */
export function frame(number: number): Buffer {
  const bytes = Buffer.alloc(FRAME_BYTES, number % 251)
  bytes.writeUInt32LE(number, 0)
  bytes.writeUInt32LE(number, FRAME_BYTES - 4)
  return bytes
}

export function pathOf(instance: MadeInstance): string {
  return `/studies/${instance.StudyInstanceUID}/series/${instance.SeriesInstanceUID}/instances/${instance.SOPInstanceUID}`
}
