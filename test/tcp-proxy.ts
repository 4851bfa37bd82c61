/** A line to a server on the loopback that can be cut, and can fall silent. */
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface TcpProxy {
  readonly port: number
  /** From now on nothing comes through, either way, and new connections are not answered. */
  stall(): void
  /** Lets new connections through; those that were stalled stay so. */
  resume(): void
  /** Cuts all connections. */
  cut(): void
  /** Lets what a client says through, once it contains this text, but cuts the line before the answer. */
  loseAnswerTo(text: string): void
}

export async function startProxy(t: Test, to: number): Promise<TcpProxy> {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isStalled = false
  let lost: string | undefined
  const server = createServer(client => {
    const upstream = connect(to, '127.0.0.1')
    const pair = [client, upstream] as const
    pairs.add(pair)
    const end = (): void => {
      pairs.delete(pair)
      for (const socket of pair) socket.destroy()
    }
    for (const socket of pair) {
      socket.on('error', end)
      socket.on('close', end)
    }
    if (isStalled) {
      pause(pair)
      return
    }
    let isLosing = false
    client.on('data', data => {
      if (lost !== undefined && data.includes(lost)) {
        lost = undefined
        isLosing = true
      }
      upstream.write(data)
    })
    upstream.on('data', data => {
      if (isLosing) end()
      else client.write(data)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cut = (): void => {
    for (const [client, upstream] of pairs) {
      client.resetAndDestroy()
      upstream.destroy()
    }
  }
  t.teardown(() => {
    cut()
    server.close()
  })
  return {
    port: (server.address() as AddressInfo).port,
    stall() {
      isStalled = true
      for (const pair of pairs) pause(pair)
    },
    resume() {
      isStalled = false
    },
    cut,
    loseAnswerTo(text) {
      lost = text
    },
  }
}

function pause(pair: readonly [Socket, Socket]): void {
  for (const socket of pair) {
    socket.removeAllListeners('data')
    socket.pause()
  }
}
