import { once } from 'node:events'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { leaveOf } from '../../src/http/leave.js'

const CONNECTIONS = 50

t.test('what the kernel has connected is taken and answered before the port is closed', async t => {
  const server = http.createServer((_request, response) => response.end('answered'))
  t.teardown(() => server.close())
  const leave = leaveOf(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  let taken = 0
  server.on('connection', () => taken++)
  const sockets = Array.from({ length: CONNECTIONS }, () => net.connect({ port, host: '127.0.0.1' }))
  const answers = sockets.map(async socket => {
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    return text(socket).catch((error: unknown) => (error as { code?: string }).code)
  })
  // By now they are connected; the server has not been told of any.
  await new Promise<void>(resolve => process.nextTick(resolve))
  let takenUntilClosed: number | undefined
  const left = leave.take(0, () => (takenUntilClosed = taken))
  t.equal(taken, 0)
  await left
  t.equal(takenUntilClosed, CONNECTIONS)
  t.same(
    (await Promise.all(answers)).filter(answer => !answer?.startsWith('HTTP/1.1 200 ')),
    [],
  )
  await t.rejects(once(net.connect({ port, host: '127.0.0.1' }), 'connect'), { code: 'ECONNREFUSED' })
})

t.test('answers that were begun before are the last of their connections too', async t => {
  let answer: (() => void) | undefined
  const server = http.createServer((_request, response) => {
    answer = () => response.end('answered')
  })
  t.teardown(() => server.close())
  const leave = leaveOf(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const agent = new http.Agent({ keepAlive: true })
  t.teardown(() => agent.destroy())
  const request = http.get({ port, host: '127.0.0.1', agent })
  await once(server, 'request')
  await leave.take(0, () => undefined)
  answer?.()
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  t.equal(response.headers.connection, 'close')
  t.equal(await text(response), 'answered')
})
