/** Whole answers, looked at before or after the clock runs. */
import type { Uids } from '../made/uids.js'
import { HttpConnection, type Answer, type OutgoingRequest } from '../load/http-connection.js'
import { DICOM_AS_STORED, get, onlyPart } from '../load/messages.js'
import type { Server } from '../servers.js'

export function instancePath({ study, series, instance }: Uids): string {
  return `/studies/${study}/series/${series}/instances/${instance}`
}

/** One answer with its body.
 * @throws Error unless it is 200 */
export async function answered(server: Server, request: OutgoingRequest): Promise<Answer> {
  const connection = new HttpConnection(server.port)
  try {
    const answer = await connection.send(request, { keepBody: true })
    if (answer.status !== 200)
      throw new Error(
        `${server.name} answered ${answer.status}:\n${request.head.toString()}${answer.body.toString()}`,
      )
    return answer
  } finally {
    connection.close()
  }
}

export async function retrieveInstance(server: Server, uids: Uids): Promise<Buffer> {
  const answer = await answered(server, get(server, instancePath(uids), DICOM_AS_STORED))
  return onlyPart(answer.head, answer.body)
}

/** @throws Error where the bytes differ */
export function verifyStored(server: Server, came: Uint8Array, stored: Uint8Array): void {
  if (Buffer.compare(came, stored) !== 0)
    throw new Error(`${server.name} returned ${came.length} bytes that are not the ${stored.length} stored`)
}
