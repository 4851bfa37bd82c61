/** What a failure of PostgreSQL means: for the caller, for the row, for the connection. Codes: PostgreSQL, appendix A. */
import pg from 'pg'
import { Problem } from '../../dicom/problem.js'

/** The connection failed, or did not answer in time: what was asked of it may have been done or not. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** Data exceptions, integrity constraints, program limits: of a row, not of the database. */
const OF_ONE_ROW = /^(22|23|54)/
/** serialization_failure, deadlock_detected; and what two writers make at the same moment, unique_violation, which the second
 *  attempt then sees. */
const OF_ANOTHER = new Set(['40001', '40P01', '23505'])
/** lock_not_available, deadlock_detected */
const HELD_UP = new Set(['55P03', '40P01'])
/** The server ends or refuses the connection: connection exceptions, shutdown, crash, no more room for connections; or it can
 *  no longer be written to, since it is the standby now. */
const ENDS_CONNECTION = /^(08|57P0[1-5]|25006|25P03|53300|XX)/
/** A prepared statement whose tables have another shape by now, after a migration of a newer version. */
const STALE_PLAN = '0A000'
/** Their messages tell of the server, never of a row. */
const OF_SERVER = /^(08|25|28|3D|40|53|55|57|58)/

export function postgresProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const cause = withoutValues(error)
  if (code === '53100')
    return new Problem('storage-full', 'the index has no room left on its disk', { cause })
  return new Problem('unavailable', `the index failed${code === undefined ? '' : ` (${code})`}`, { cause })
}

export function isSystemic(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return !OF_ONE_ROW.test(error.code ?? '')
  return error instanceof ConnectionLost
}

export function isRetryable(error: unknown): boolean {
  return error instanceof pg.DatabaseError && (OF_ANOTHER.has(error.code ?? '') || isStalePlan(error))
}

export function isHeldUp(error: unknown): boolean {
  return error instanceof pg.DatabaseError && HELD_UP.has(error.code ?? '')
}

/** Whether nothing more should be asked of the connection. */
export function endsConnection(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError)) return true
  return error.severity === 'FATAL' || ENDS_CONNECTION.test(error.code ?? '') || isStalePlan(error)
}

function isStalePlan({ code, routine }: pg.DatabaseError): boolean {
  return code === STALE_PLAN && routine === 'RevalidateCachedQuery'
}

/** SQLSTATE, or the name of the system's error. */
function codeOf(error: unknown): string | undefined {
  const inner = error instanceof ConnectionLost ? error.cause : error
  const code = (inner as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

/** PostgreSQL quotes the values of a row that it refuses, in messages and details, and they would come into the log. */
function withoutValues(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const { code = '', table = '', constraint = '', routine = '' } = error
  const told = OF_SERVER.test(code)
    ? error.message
    : ['refused', table, constraint, routine].filter(one => one !== '').join(' ')
  return new Error(`PostgreSQL ${code}: ${told}`)
}
