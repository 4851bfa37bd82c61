/** Scenarios that share a data set, and so a pair of servers. */
import { drive } from '../load/drive.js'
import { store } from '../load/messages.js'
import type { Batch } from '../made/series.js'
import type { Rounds, Scenario } from '../measure.js'
import type { Server } from '../servers.js'

export interface Suite {
  /** of its scenarios, to choose by */
  readonly names: readonly string[]
  /** settings of Filmroom, which otherwise has its defaults */
  readonly environment?: Readonly<Record<string, string>>
  /** Makes the data; called only when one of the names is chosen. */
  build(rounds: Rounds): BuiltSuite
}

export interface BuiltSuite {
  /** Stores what its scenarios read. */
  readonly prepare?: (server: Server) => Promise<void>
  readonly scenarios: readonly Scenario[]
}

const LOADING_CLIENTS = 2

/** Stores a batch as it is; nothing is timed. */
export async function storeAll(server: Server, { bodies }: Batch): Promise<void> {
  await drive(server.port, {
    clients: LOADING_CLIENTS,
    request: n => store(server, bodies[n]?.bytes ?? new Uint8Array()),
    until: { requests: bodies.length },
    leastBytes: 1,
  })
}
