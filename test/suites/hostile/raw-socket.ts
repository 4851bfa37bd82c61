/** HTTP as bytes on a socket, for what no HTTP client will send. */
import { once } from 'node:events'
import net from 'node:net'

export interface RawAnswer {
  /** 0 where the connection ended without an answer */
  readonly status: number
  readonly text: string
}

export type Source = Uint8Array | string | AsyncIterable<Uint8Array | string>

/** Sends the bytes and reads the answer until the server ends the connection: ask it to, by `Connection: close`.
 *  Sending ends when the source does or an answer has come. */
export async function exchange(port: number, source: Source): Promise<RawAnswer> {
  const socket = await connect(port)
  let text = ''
  const reading = (async () => {
    for await (const chunk of socket as AsyncIterable<Buffer>) text += chunk.toString('latin1')
  })().catch(() => undefined)
  const ended = reading.then(() => true)
  try {
    for await (const chunk of typeof source === 'string' || source instanceof Uint8Array
      ? [source]
      : source) {
      if (text !== '' || socket.destroyed || !socket.writable) break
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), ended])
    }
  } catch {
    // The server closed the connection while we were sending: its answer, if any, says why.
  }
  await reading
  socket.destroy()
  return { status: Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0), text }
}

/** Sends the bytes and breaks the connection off without waiting for anything. */
export async function breakOff(port: number, source: Source): Promise<void> {
  const socket = await connect(port)
  for await (const chunk of typeof source === 'string' || source instanceof Uint8Array ? [source] : source)
    await new Promise(resolve => socket.write(chunk, resolve))
  socket.resetAndDestroy()
}

export async function connect(port: number): Promise<net.Socket> {
  const socket = net.connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  // Errors are seen by whoever reads or writes.
  socket.on('error', () => undefined)
  return socket
}

export const BOUNDARY = 'b0undary'

/** The head of a store request. */
export function storeHead(port: number, more: readonly string[]): string {
  return [
    'POST /dicomweb/studies HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Accept: application/dicom+json',
    `Content-Type: multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    'Connection: close',
    ...more,
    '',
    '',
  ].join('\r\n')
}

export const PART_HEAD = `--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`
export const CLOSING = `--${BOUNDARY}--\r\n`

/** A whole store request around a body of its own making. */
export function storeBytes(port: number, pieces: readonly (Uint8Array | string)[]): Buffer {
  const body = Buffer.concat(pieces.map(piece => Buffer.from(piece as Uint8Array)))
  return Buffer.concat([Buffer.from(storeHead(port, [`Content-Length: ${body.length}`])), body])
}
