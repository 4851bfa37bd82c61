import type { Client } from 'pg'
import type { Hold, Tasks } from './held-tasks.js'
import { openConnection } from './postgres-connections.js'
import { postgresProblem } from './postgres-failures.js'

/** Half of the key of every task's lock; the other half is the name's hash. */
const TASKS = 1_179_534_925
/** A connection that nothing is heard of is lost to us before the server gives its lock to another: that takes it as long as
 *  tcp_keepalives_* say (postgres-connections.ts), at least ten seconds and three times five. */
const HEARTBEAT_MS = 5_000
const ANSWER_MS = 5_000

/** Each task's lock belongs to a connection of its own: it ends with that, however the process ends. */
export function postgresTasks(url: string): Tasks {
  const held = new Set<Client>()
  return {
    hold,
    async close() {
      await Promise.all([...held].map(end))
    },
  }

  async function hold(task: string): Promise<Hold | undefined> {
    try {
      const client = await openConnection({ url, timeoutMs: ANSWER_MS, graceMs: 0 })
      held.add(client)
      try {
        const { rows } = await client.query<{ held: boolean }>(
          'select pg_try_advisory_lock($1::integer, hashtext($2)) as held',
          [TASKS, task],
        )
        if (rows[0]?.held === true) return holdBy(client)
      } catch (error) {
        await end(client)
        throw error
      }
      await end(client)
      return undefined
    } catch (error) {
      throw postgresProblem(error)
    }
  }

  function holdBy(client: Client): Hold {
    const losing = new AbortController()
    const lose = (): void => {
      clearInterval(heartbeat)
      if (held.has(client)) losing.abort(postgresProblem(new Error('the hold on a task was lost')))
    }
    const heartbeat = setInterval(() => {
      client.query('select 1').catch(lose)
    }, HEARTBEAT_MS)
    heartbeat.unref()
    client.on('error', lose)
    client.on('end', lose)
    return {
      lost: losing.signal,
      async release() {
        clearInterval(heartbeat)
        await end(client)
      },
    }
  }

  async function end(client: Client): Promise<void> {
    held.delete(client)
    // One that is lost already says so.
    await client.end().catch(() => undefined)
  }
}
