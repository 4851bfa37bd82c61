import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** Expect: 100-continue. RFC 9110 10.1.1: the client holds its body back until it is asked for it. Node asks at once; here
 *  it is asked for when the head of the request has been found good, so that nobody sends gigabytes to be told 401 or 413. */

const waiting = new WeakSet<IncomingMessage>()

export function holdBackBodies(app: FastifyInstance): void {
  app.server.on('checkContinue', (request, response) => {
    waiting.add(request)
    // Answered without 100, the body may come or not: what follows on the connection could be either.
    response.setHeader('connection', 'close')
    app.routing(request, response)
  })
}

/** Whether its sender still waits to be asked for it. */
export function isHeldBack(request: FastifyRequest): boolean {
  return waiting.has(request.raw)
}

/** Asks for the body, where its sender waits to be asked. */
export function askForBody(request: FastifyRequest, reply: FastifyReply): void {
  if (!waiting.delete(request.raw)) return
  reply.raw.removeHeader('connection')
  reply.raw.writeContinue()
}
