import * as threads from 'node:worker_threads'

/** Memory that a library keeps (of a Buffer that sharp gives) cannot go. Node 20 has no such mark, and needs none. */
const { isMarkedAsUntransferable: isKept = () => false } = threads as {
  readonly isMarkedAsUntransferable?: (buffer: object) => boolean
}

/** Makes what is to be transferred to another thread: every byte array directly in the value gets a buffer of its own (a small
 *  Buffer shares one with others, which would go along).
 * @returns the value, and the buffers to transfer with it */
export function exclusive<T extends object>(value: T): { value: T; transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = []
  const own = (field: unknown): unknown => {
    if (!(field instanceof Uint8Array)) return field
    const whole = field.byteOffset === 0 && field.byteLength === field.buffer.byteLength
    const goes = whole && field.buffer instanceof ArrayBuffer && !isKept(field.buffer)
    const bytes = goes ? field : new Uint8Array(field)
    transfer.push(bytes.buffer as ArrayBuffer)
    return new Uint8Array(bytes.buffer)
  }
  const entries = Object.entries(value).map(([name, field]) => [
    name,
    Array.isArray(field) ? field.map(own) : own(field),
  ])
  return { value: Object.fromEntries(entries) as T, transfer: [...new Set(transfer)] }
}
