/** Drives a server with a number of clients, each with its own connection and one request in flight. */
import { HttpConnection, type OutgoingRequest } from './http-connection.js'

export interface Load {
  readonly clients: number
  /** the nth request (from 0), whichever client is free sends it */
  readonly request: (n: number) => OutgoingRequest
  /** ends after so many requests, or after so many ms with what is then in flight */
  readonly until: { readonly requests: number } | { readonly ms: number }
  /** an answer with a smaller body is no answer, in bytes */
  readonly leastBytes: number
}

export interface Driven {
  readonly requests: number
  readonly seconds: number
  readonly bodyBytes: number
  /** of each request, ms, in the order of their ends */
  readonly latenciesMs: readonly number[]
}

/** @throws Error at the first answer that is not 200 or too short, and when a connection breaks */
export async function drive(port: number, load: Load): Promise<Driven> {
  const connections = Array.from({ length: load.clients }, () => new HttpConnection(port))
  await Promise.all(connections.map(connection => connection.open()))
  const latenciesMs: number[] = []
  let sent = 0
  let bodyBytes = 0
  const begin = performance.now()
  const more = (): boolean =>
    'requests' in load.until ? sent < load.until.requests : performance.now() - begin < load.until.ms
  const client = async (connection: HttpConnection): Promise<void> => {
    while (more()) {
      const request = load.request(sent)
      sent += 1
      const before = performance.now()
      const answer = await connection.send(request)
      latenciesMs.push(performance.now() - before)
      if (answer.status !== 200 || answer.bodyBytes < load.leastBytes)
        throw new Error(`answered ${answer.status} with ${answer.bodyBytes} bytes:\n${answer.head}`)
      bodyBytes += answer.bodyBytes
    }
  }
  try {
    await Promise.all(connections.map(client))
  } finally {
    for (const connection of connections) connection.close()
  }
  const seconds = (performance.now() - begin) / 1000
  return { requests: latenciesMs.length, seconds, bodyBytes, latenciesMs }
}
