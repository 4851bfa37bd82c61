/** Connections to PostgreSQL, as Kysely wants them: each query ends, with an answer or without, and a connection that failed
 *  is never used again. */
import { createHash } from 'node:crypto'
import type { PostgresPool, PostgresPoolClient, PostgresQueryResult } from 'kysely'
import pg from 'pg'
import { Problem } from '../../dicom/problem.js'
import { ConnectionLost, endsConnection } from './postgres-failures.js'

export interface ConnectionOptions {
  readonly url: string
  /** longest time of a statement; undefined for no limit */
  readonly timeoutMs: number | undefined
  /** how much longer than that an answer may take: then nobody is there */
  readonly graceMs?: number
}

export interface PoolOptions extends ConnectionOptions {
  readonly connections: number
  /** whether statements are few, so that the server may keep their plans */
  readonly keepsPlans: boolean
  /** SQL that every transaction begins with, in one message with its begin */
  readonly begin: string
}

const CONNECT_MS = 10_000
const IDLE_CONNECTION_MS = 60_000
const USUAL_GRACE_MS = 5_000
const KEEP_ALIVE_MS = 10_000
/** A transaction that its process has forgotten holds locks that others wait for. */
const IDLE_IN_TRANSACTION_MS = 10_000
const OLDEST_VERSION = 150_000
/** Plans that a connection keeps, at most. */
const MOST_PLANS = 300

const INT8 = 20
const NUMERIC = 1700

/** Numbers as SQLite gives them. */
const TYPES = new pg.TypeOverrides()
for (const type of [INT8, NUMERIC]) TYPES.setTypeParser(type, safeNumber)

function safeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number)) throw new RangeError('a number of the index is beyond 2^53')
  return number
}

/** What every connection is told first. A server that only one of them could write to, or that would forget what it
 *  acknowledged, is not what the archive was promised. By the usual cost of a random page the planner would rather read an index
 *  through than look up some hundred studies in it: that is a disk's with a moving head, and nothing in memory. */
const SESSION = `
  select
    set_config('statement_timeout', $1, false),
    set_config('idle_in_transaction_session_timeout', $2, false),
    set_config('tcp_keepalives_idle', '10', false),
    set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false),
    set_config('jit', 'off', false),
    set_config('random_page_cost', '1.1', false),
    set_config('synchronous_commit',
      case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end,
      false),
    current_setting('server_version_num')::integer as version,
    current_setting('server_encoding') as encoding`

/** @throws Problem `unavailable` where the server is too old or does not keep Unicode */
async function beginSession(client: pg.ClientBase, timeoutMs: number | undefined): Promise<void> {
  // One that ends between two queries says so by an event, which without a listener would end the process.
  client.on('error', () => undefined)
  const { rows } = await client.query<{ version: number; encoding: string }>(SESSION, [
    String(timeoutMs ?? 0),
    String(IDLE_IN_TRANSACTION_MS),
  ])
  const [{ version, encoding } = { version: 0, encoding: '' }] = rows
  if (version < OLDEST_VERSION) throw new Problem('unavailable', 'the index needs PostgreSQL 15 or later')
  if (encoding !== 'UTF8')
    throw new Problem('unavailable', `the index needs a database with the encoding UTF8, not ${encoding}`)
}

/** A connection of its own, for as long as something lasts.
 * @throws ConnectionLost, Problem */
export async function openConnection(options: ConnectionOptions): Promise<pg.Client> {
  const client = new pg.Client(settings(options))
  try {
    client.on('error', () => undefined)
    await client.connect()
    await beginSession(client, options.timeoutMs)
    return client
  } catch (error) {
    void client.end().catch(() => undefined)
    throw asLost(error)
  }
}

function settings({ url, timeoutMs, graceMs = USUAL_GRACE_MS }: ConnectionOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'filmroom',
    types: TYPES,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    connectionTimeoutMillis: CONNECT_MS,
    ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs + graceMs }),
  }
}

export function connectionPool(options: PoolOptions): PostgresPool {
  const { connections, timeoutMs } = options
  const pool = new pg.Pool({
    ...settings(options),
    max: connections,
    idleTimeoutMillis: IDLE_CONNECTION_MS,
  })
  pool.on('error', () => undefined)
  const known = new WeakMap<pg.PoolClient, Connection>()
  return {
    async connect() {
      let client: pg.PoolClient | undefined
      try {
        client = await pool.connect()
        const connection = known.get(client) ?? new Connection(client, options)
        if (!known.has(client)) await beginSession(client, timeoutMs)
        known.set(client, connection)
        return connection
      } catch (error) {
        client?.release(true)
        throw asLost(error)
      }
    },
    end: () => pool.end(),
  }
}

class Connection implements PostgresPoolClient {
  readonly #client: pg.PoolClient
  readonly #options: PoolOptions
  /** by the text of a statement, the name by which the server knows it */
  readonly #plans = new Map<string, string>()
  #isLost = false

  constructor(client: pg.PoolClient, options: PoolOptions) {
    this.#client = client
    this.#options = options
  }

  query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  query(): never
  async query<R>(text?: string, values: readonly unknown[] = []): Promise<PostgresQueryResult<R>> {
    if (text === undefined) throw new Error('there are no cursors')
    // What was begun is undone by the server as the connection ends; the first failure is the one to be told.
    if (text === 'rollback' && this.#isLost) return ROLLED_BACK
    try {
      const name = this.#nameOf(text)
      const result: unknown =
        text === 'begin'
          ? await this.#client.query(this.#options.begin)
          : await this.#client.query({ text, values: [...values], ...(name && { name }) })
      return result as PostgresQueryResult<R>
    } catch (error) {
      this.#isLost ||= endsConnection(error)
      if (text === 'rollback') return ROLLED_BACK
      throw asLost(error)
    }
  }

  release(destroy = false): void {
    this.#client.release(destroy || this.#isLost)
  }

  #nameOf(text: string): string | undefined {
    if (!this.#options.keepsPlans || TRANSACTION_COMMAND.test(text)) return undefined
    const known = this.#plans.get(text)
    if (known !== undefined || this.#plans.size >= MOST_PLANS) return known
    const name = createHash('sha1').update(text).digest('base64url')
    this.#plans.set(text, name)
    return name
  }
}

const TRANSACTION_COMMAND = /^(begin|commit|rollback)/
const ROLLED_BACK: PostgresQueryResult<never> = { command: 'ROLLBACK', rowCount: 0, rows: [] }

/** Whatever is not the server's own answer. */
function asLost(error: unknown): unknown {
  if (error instanceof pg.DatabaseError || error instanceof Problem) return error
  return new ConnectionLost('the connection to PostgreSQL failed', { cause: error })
}
