/** One keep-alive HTTP/1.1 connection of the load generator, on a bare socket with one reused read buffer: two cores carry
 *  generator and server, so what the generator spends is missing to the server under test. RFC 9112. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface OutgoingRequest {
  /** request line and header fields, with the empty line; Content-Length must be that of the body */
  readonly head: Buffer
  /** what comes piece by piece is asked for as the socket takes it */
  readonly body?: Uint8Array | Iterable<Uint8Array>
}

export interface Answer {
  readonly status: number
  /** header section as it came, status line included */
  readonly head: string
  /** bytes of the body, chunk framing not counted */
  readonly bodyBytes: number
  /** the body, where it was asked for; else empty */
  readonly body: Buffer
}

/** What is expected next: the head, this many bytes, a chunk's size line, or all until the server closes. */
type Framing = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'trailer' | 'until-close'

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
  readonly keepBody: boolean
  /** sees each piece of the body; the bytes are the read buffer's and hold only during the call */
  readonly see: ((piece: Buffer) => void) | undefined
}

const READ_BYTES = 256 * 1024

export class HttpConnection {
  readonly #port: number
  #socket: Socket | undefined
  #waiting: Waiting | undefined
  /** goes on with a body that waits for the socket */
  #resume: (() => void) | undefined
  #framing: Framing = 'head'
  #line = ''
  #left = 0
  #status = 0
  #head = ''
  #bodyBytes = 0
  #closeAfter = false
  #kept: Buffer[] = []

  constructor(port: number) {
    this.#port = port
  }

  /** Connects where there is no connection (the first time, or because the server closed the last one). */
  async open(): Promise<void> {
    if (this.#socket !== undefined && !this.#socket.destroyed) return
    const socket = connect({
      host: '127.0.0.1',
      port: this.#port,
      noDelay: true,
      onread: {
        buffer: Buffer.allocUnsafe(READ_BYTES),
        callback: (length, buffer) => {
          this.#take(Buffer.from(buffer.buffer, buffer.byteOffset, length))
          return true
        },
      },
    })
    await once(socket, 'connect')
    socket.on('drain', () => this.#resume?.())
    socket.on('error', error => this.#fail(error))
    socket.on('close', () => {
      if (socket === this.#socket) this.#ended()
    })
    // A half-closed server (no keep-alive) has said all: the answer without a length ends here.
    socket.on('end', () => {
      if (socket === this.#socket) this.#ended()
    })
    this.#socket = socket
  }

  /** Sends one request and takes its whole answer; one at a time.
   * @throws Error when the connection breaks before the answer is whole */
  async send(
    request: OutgoingRequest,
    { keepBody = false, see }: { keepBody?: boolean; see?: (piece: Buffer) => void } = {},
  ): Promise<Answer> {
    if (this.#socket === undefined || this.#socket.destroyed) await this.open()
    const socket = this.#socket
    if (socket === undefined || this.#waiting !== undefined) throw new Error('the connection is not free')
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting = { resolve, reject, keepBody, see }
    })
    const { head, body } = request
    if (body === undefined || body instanceof Uint8Array) {
      socket.cork()
      socket.write(head)
      if (body !== undefined) socket.write(body)
      socket.uncork()
    } else {
      socket.write(head)
      for (const piece of body) {
        if (socket.destroyed) break
        if (!socket.write(piece)) await new Promise<void>(resolve => (this.#resume = resolve))
      }
    }
    return answer
  }

  close(): void {
    this.#socket?.destroy()
    this.#resume?.()
    this.#socket = undefined
  }

  #take(piece: Buffer): void {
    let at = 0
    while (at < piece.length) {
      switch (this.#framing) {
        case 'head': {
          const text = this.#line + piece.toString('latin1', at)
          const end = text.indexOf('\r\n\r\n')
          if (end < 0) {
            this.#line = text
            return
          }
          at += end + 4 - this.#line.length
          this.#line = ''
          this.#readHead(text.slice(0, end))
          break
        }
        case 'length':
        case 'chunk-data': {
          const length = Math.min(this.#left, piece.length - at)
          this.#keep(piece, at, at + length)
          at += length
          this.#left -= length
          if (this.#left === 0) {
            if (this.#framing === 'length') this.#done()
            // The CRLF behind the data stands before the next size as an empty line.
            else this.#framing = 'chunk-size'
          }
          break
        }
        case 'chunk-size':
        case 'trailer': {
          const end = piece.indexOf(0x0a, at)
          this.#line += piece.toString('latin1', at, end < 0 ? piece.length : end + 1)
          if (end < 0) return
          at = end + 1
          const line = this.#line.trimEnd()
          this.#line = ''
          if (this.#framing === 'trailer') {
            if (line === '') this.#done()
          } else if (line !== '') {
            this.#left = Number.parseInt(line, 16)
            this.#framing = this.#left === 0 ? 'trailer' : 'chunk-data'
          }
          break
        }
        case 'until-close':
          this.#keep(piece, at, piece.length)
          at = piece.length
      }
    }
  }

  #readHead(head: string): void {
    this.#head = head
    this.#status = Number(head.slice(9, 12))
    this.#bodyBytes = 0
    this.#kept = []
    if (this.#status < 200) return
    this.#closeAfter = /^connection:[^\r]*close/im.test(head) || head.startsWith('HTTP/1.0')
    const length = /^content-length:\s*(\d+)/im.exec(head)
    if (this.#status === 204 || this.#status === 304) this.#done()
    else if (/^transfer-encoding:[^\r]*chunked/im.test(head)) this.#framing = 'chunk-size'
    else if (length === null) this.#framing = 'until-close'
    else {
      this.#left = Number(length[1])
      this.#framing = 'length'
      if (this.#left === 0) this.#done()
    }
  }

  #keep(piece: Buffer, from: number, to: number): void {
    this.#bodyBytes += to - from
    this.#waiting?.see?.(piece.subarray(from, to))
    if (this.#waiting?.keepBody === true) this.#kept.push(Buffer.from(piece.subarray(from, to)))
  }

  #done(): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#framing = 'head'
    if (this.#closeAfter) this.close()
    const body = this.#kept.length === 0 ? Buffer.alloc(0) : Buffer.concat(this.#kept)
    this.#kept = []
    waiting?.resolve({ status: this.#status, head: this.#head, bodyBytes: this.#bodyBytes, body })
  }

  #ended(): void {
    if (this.#framing === 'until-close') this.#done()
    else this.#fail(new Error(`the server closed the connection while ${this.#framing} was expected`))
    this.close()
  }

  #fail(error: Error): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    this.#framing = 'head'
    this.#line = ''
    this.close()
    waiting?.reject(error)
  }
}
