/** A proxy before an S3 server that breaks what it is told to break. Requests stay signed: it alters none that it sends on. */
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type { Test } from 'tap'

export type Fault =
  /** answered by the proxy; the server hears nothing */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string }
  /** something else is done, and the proxy answers that all went well */
  | { readonly kind: 'lie'; readonly instead: () => Promise<unknown> }
  /** the connection ends before an answer, the server hears nothing */
  | { readonly kind: 'cut' }
  /** never an answer, the server hears nothing */
  | { readonly kind: 'stall' }
  /** half of the request's body, then the line is cut on both sides */
  | { readonly kind: 'half-request' }
  /** the server does what it is asked, and nobody hears of it: the connection ends */
  | { readonly kind: 'lost-answer' }
  /** likewise, but the connection stays open in silence */
  | { readonly kind: 'late-answer' }
  /** the head of the answer and half of its body, then a reset */
  | { readonly kind: 'half-body' }
  /** likewise, then silence */
  | { readonly kind: 'stalled-body' }
  /** all of it, later */
  | { readonly kind: 'slow'; readonly ms: number }

export interface FaultyLine {
  readonly endpoint: string
  /** Decides for each request; undefined lets it through. */
  faultOf: (request: http.IncomingMessage) => Fault | undefined
  /** how often each kind was made */
  readonly made: Readonly<Record<string, number>>
  /** connections that are open */
  connections(): Promise<number>
}

export async function faultyLine(t: Test, port: number): Promise<FaultyLine> {
  const made: Record<string, number> = {}
  const upstream = new http.Agent({ keepAlive: true })
  const server = http.createServer((request, response) => {
    const fault = line.faultOf(request)
    if (fault !== undefined) made[fault.kind] = (made[fault.kind] ?? 0) + 1
    // What breaks here breaks for the one connection.
    forward(request, response, fault).catch(() => request.socket.destroy())
  })
  server.requestTimeout = 0
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
    upstream.destroy()
  })
  const line: FaultyLine = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faultOf: () => undefined,
    made,
    connections: () =>
      new Promise((resolve, reject) =>
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
      ),
  }
  return line

  async function forward(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    fault: Fault | undefined,
  ): Promise<void> {
    if (fault?.kind === 'cut') return void request.socket.resetAndDestroy()
    if (fault?.kind === 'stall') return void request.resume()
    const body = await buffer(request)
    if (fault?.kind === 'answer') {
      const text = `<?xml version="1.0"?><Error><Code>${fault.code}</Code><Message>made</Message></Error>`
      response.writeHead(fault.status, { 'content-type': 'application/xml' })
      response.end(request.method === 'HEAD' ? undefined : text)
      return
    }
    if (fault?.kind === 'lie') {
      await fault.instead()
      response.writeHead(200, { etag: '"0"' }).end()
      return
    }
    if (fault?.kind === 'slow') await delay(fault.ms)
    const { method, url: path, headers } = request
    const onward = http.request({ host: '127.0.0.1', port, method, path, headers, agent: upstream })
    if (fault?.kind === 'half-request') {
      onward.on('error', () => undefined)
      onward.write(body.subarray(0, body.length >> 1))
      await delay(20)
      onward.destroy()
      request.socket.resetAndDestroy()
      return
    }
    onward.end(body)
    const [answer] = (await once(onward, 'response')) as [http.IncomingMessage]
    if (fault?.kind === 'lost-answer' || fault?.kind === 'late-answer') {
      await buffer(answer)
      if (fault.kind === 'lost-answer') request.socket.resetAndDestroy()
      return
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    if (fault?.kind === 'half-body' || fault?.kind === 'stalled-body') {
      const whole = await buffer(answer)
      response.write(whole.subarray(0, whole.length >> 1))
      await delay(20)
      if (fault.kind === 'half-body') request.socket.resetAndDestroy()
      return
    }
    answer.on('error', () => request.socket.destroy())
    response.on('close', () => answer.destroy())
    answer.pipe(response)
  }
}
