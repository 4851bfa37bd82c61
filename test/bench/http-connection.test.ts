import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { HttpConnection } from '../../bench/load/http-connection.js'
import { percentile } from '../../bench/measure.js'

/** A server that answers each connection's first bytes with the given pieces, each in a write of its own. */
async function answering(t: Test, pieces: readonly string[], close = false): Promise<HttpConnection> {
  const server = createServer({ noDelay: true }, socket => {
    const serve = async (): Promise<void> => {
      for await (const _request of socket) {
        for (const piece of pieces) {
          socket.write(piece)
          await new Promise(resolve => setTimeout(resolve, 2))
        }
        if (close) socket.end()
      }
    }
    serve().catch(() => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const connection = new HttpConnection((server.address() as AddressInfo).port)
  t.teardown(() => {
    connection.close()
    server.close()
  })
  return connection
}

const REQUEST = { head: Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n') }
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\na;x=y\r\n0123456789\r\n0\r\nT: 1\r\n\r\n'

t.test('the load generator counts what an answer holds', t => {
  t.test('RFC 9112 7.1: a chunked body, wherever the network cuts it', async t => {
    for (let cut = 1; cut < CHUNKED.length; cut += 1) {
      const connection = await answering(t, [CHUNKED.slice(0, cut), CHUNKED.slice(cut)])
      const answer = await connection.send(REQUEST, { keepBody: true })
      t.equal(answer.body.toString(), 'hello0123456789', `cut at ${cut}`)
      t.equal(answer.bodyBytes, 15)
    }
  })

  t.test('RFC 9112 6.3: a body with a length, and the next answer on the same connection', async t => {
    const answers = ['HTTP/1.1 404 No\r\nContent-Length: 3\r\n\r\n', 'abc']
    const connection = await answering(t, answers)
    for (const _turn of [1, 2]) {
      const answer = await connection.send(REQUEST, { keepBody: true })
      t.match(answer, { status: 404, bodyBytes: 3 })
      t.equal(answer.body.toString(), 'abc')
    }
  })

  t.test('RFC 9112 6.3: a body that ends with the connection', async t => {
    const connection = await answering(t, ['HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nab', 'cd'], true)
    t.match(await connection.send(REQUEST), { status: 200, bodyBytes: 4 })
  })

  t.test('an answer that is cut short is an error, not a short answer', async t => {
    const connection = await answering(t, ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc'], true)
    await t.rejects(connection.send(REQUEST), { message: /closed the connection/ })
  })
  t.end()
})

t.test('a percentile is the smallest value with that share at or below it', t => {
  t.equal(percentile([4, 1, 3, 2], 0.5), 2)
  t.equal(percentile([4, 1, 3, 2], 0.99), 4)
  t.equal(percentile([7], 0.01), 7)
  t.end()
})
