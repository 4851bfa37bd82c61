/** Clients of one archive that has many servers: they store, search, retrieve and delete at once, and keep a ledger. */
import { createHash, randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import {
  ask,
  askWhole,
  askDigest,
  readStoreAnswer,
  search,
  storeRequest,
  STORED_SYNTAX,
  textOf,
} from '../../dicomweb-client.js'
import { ctImage, newUid } from '../../made-dicom.js'
import { pathOf } from '../../conformance/paths.js'
import type { Random } from '../random.js'

/** What one client asked, and how it went wrong. */
export interface Failure {
  readonly asked: 'store' | 'search' | 'retrieve' | 'delete'
  /** undefined: the connection broke */
  readonly status: number | undefined
  readonly retryAfter: string | undefined
}

export interface Stored {
  readonly path: string
  readonly study: string
  readonly sha256: string
}

export interface Clients {
  /** acknowledged, and not known to be deleted */
  readonly stored: ReadonlyMap<string, Stored>
  /** paths of what was answered to be deleted */
  readonly deleted: ReadonlySet<string>
  /** what went wrong since this was asked the last time */
  failures(): Failure[]
  /** answered well so far */
  done(): number
  /** Resolves when each has its last answer. */
  end(): Promise<void>
}

const STORING = 4
const READING = 3
const LARGE_BYTES = 12_000_000
/** One upload of so many is large: it goes to S3 in parts. */
const LARGE_SHARE = 25
const STUDIES = 4

/** @param roots DICOMweb roots, asked by turns: that of a proxy, or of each server */
export function startClients(roots: readonly string[], random: Random): Clients {
  const stored = new Map<string, Stored>()
  const deleted = new Set<string>()
  const failed: Failure[] = []
  const studies = Array.from({ length: STUDIES }, () => newUid())
  let done = 0
  let isOver = false
  const root = (): string => roots[random.below(roots.length)] ?? ''
  const all = Promise.all([
    ...Array.from({ length: STORING }, () => repeat('store', storeOne)),
    ...Array.from({ length: READING }, () => repeat('retrieve', retrieveOne)),
    repeat('search', searchAll),
    repeat('delete', deleteOne),
  ])
  return {
    stored,
    deleted,
    failures: () => failed.splice(0),
    done: () => done,
    async end() {
      isOver = true
      await all
    },
  }

  async function repeat(
    asked: Failure['asked'],
    once: () => Promise<Omit<Failure, 'asked'> | undefined>,
  ): Promise<void> {
    while (!isOver) {
      let failure
      try {
        failure = await once()
      } catch (error) {
        if (!(error instanceof Error && 'code' in error)) throw error
        failure = { status: undefined, retryAfter: undefined }
      }
      if (failure === undefined) done++
      else {
        failed.push({ asked, ...failure })
        await pause(50)
      }
    }
  }

  async function storeOne(): Promise<Omit<Failure, 'asked'> | undefined> {
    const study = studies[random.below(STUDIES)] ?? ''
    const pixels = randomBytes(random.below(LARGE_SHARE) === 0 ? LARGE_BYTES : 2_000 + random.below(300_000))
    const image = ctImage({ study, rows: 1, columns: 1, pixels })
    const { status, headers, bytes } = await askWhole(`${root()}/studies`, {
      method: 'POST',
      ...storeRequest([image.bytes]),
    })
    if (status !== 200) return { status, retryAfter: headers['retry-after'] }
    if (readStoreAnswer(JSON.parse(bytes.toString())).stored.length !== 1)
      throw new Error('200, and nothing is stored')
    const sha256 = createHash('sha256').update(image.bytes).digest('hex')
    stored.set(image.SOPInstanceUID, { path: pathOf(image), study, sha256 })
    return undefined
  }

  async function retrieveOne(): Promise<Omit<Failure, 'asked'> | undefined> {
    const [name, one] = picked() ?? []
    if (name === undefined || one === undefined) return notYet()
    const { status, headers, body } = await ask(root() + one.path, { headers: { accept: STORED_SYNTAX } })
    const digest = createHash('sha256')
    for await (const chunk of body as AsyncIterable<Buffer>) digest.update(chunk)
    const sha256 = digest.digest('hex')
    // It may have been deleted while it was asked for.
    if (status === 404 && !stored.has(name)) return undefined
    if (status === 200 && sha256 !== one.sha256) throw new Error(`${one.path} has other bytes`)
    return status === 200 ? undefined : { status, retryAfter: headers['retry-after'] }
  }

  async function searchAll(): Promise<Omit<Failure, 'asked'> | undefined> {
    const study = studies[random.below(STUDIES)] ?? ''
    const before = [...stored].filter(([, one]) => one.study === study).map(([name]) => name)
    const { status, headers, bytes } = await askWhole(`${root()}/studies/${study}/instances?limit=1000`, {
      headers: { accept: 'application/dicom+json' },
    })
    if (status !== 200 && status !== 204) return { status, retryAfter: headers['retry-after'] }
    const rows = status === 204 ? [] : (JSON.parse(bytes.toString()) as Parameters<typeof textOf>[0][])
    const found = new Set(rows.map(row => textOf(row, '00080018')))
    const lost = rows.length === 1000 ? [] : before.filter(name => !found.has(name) && stored.has(name))
    if (lost.length > 0) throw new Error(`${lost.length} stored instances are not found`)
    return undefined
  }

  async function deleteOne(): Promise<Omit<Failure, 'asked'> | undefined> {
    await pause(100)
    const [name, one] = picked() ?? []
    if (name === undefined || one === undefined) return notYet()
    // From now on it may be there or not.
    stored.delete(name)
    const { status, headers } = await askWhole(root() + one.path, { method: 'DELETE' })
    if (status !== 204) return { status, retryAfter: headers['retry-after'] }
    deleted.add(one.path)
    return undefined
  }

  function picked(): [string, Stored] | undefined {
    const names = [...stored.keys()]
    const name = names[random.below(names.length)]
    const one = name === undefined ? undefined : stored.get(name)
    return name === undefined || one === undefined ? undefined : [name, one]
  }

  async function notYet(): Promise<undefined> {
    await pause(20)
    return undefined
  }
}

/** Everything that was acknowledged is there with its bytes, what was deleted is not, and searches say the same.
 * @returns what is wrong */
export async function checkAt(
  root: string,
  { stored, deleted }: Pick<Clients, 'stored' | 'deleted'>,
): Promise<string[]> {
  const wrong: string[] = []
  for (const { path, sha256 } of stored.values()) {
    const got = await askDigest(root + path, STORED_SYNTAX)
    if (got.status !== 200) wrong.push(`${path} answers ${got.status}`)
    else if (got.sha256 !== sha256) wrong.push(`${path} has other bytes`)
  }
  for (const path of deleted) {
    const { status } = await askWhole(root + path, { headers: { accept: STORED_SYNTAX } })
    if (status !== 404) wrong.push(`${path} was deleted, and answers ${status}`)
  }
  for (const study of await search(`${root}/studies`)) {
    const uid = textOf(study, '0020000D')
    const rows = await search(`${root}/studies/${uid}/instances`)
    const counted = Number(study['00201208']?.Value?.[0])
    if (counted !== rows.length) wrong.push(`${uid} counts ${counted} instances and has ${rows.length}`)
  }
  return wrong
}
