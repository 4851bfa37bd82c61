/** An archive that is backed up while clients use it, and what its copies have to hold. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Test } from 'tap'
import { seededBy } from '../random.js'
import { startClients, type Clients, type Stored } from '../replicas/clients.js'
import { runSteps, type Environment, type Form } from './commands.js'

/** What an archive has to hold, and what it must not. */
export type Ledger = Pick<Clients, 'stored' | 'deleted'>

export interface Backup {
  /** of index and blobs together: the state when the index was copied */
  readonly both: Ledger
  /** of the blobs alone: the state when they were copied */
  readonly blobs: Ledger
}

/** Clients store and delete so many between two steps at least. */
const STORED = 20
const DELETED = 2

/** Backs it up with the documented steps, in their order, while it is stored into and deleted from; before, between and after. */
export async function backUpUnderLoad(
  t: Test,
  root: string,
  { backup }: Form,
  environment: Environment,
): Promise<Backup> {
  const random = seededBy('BACKUP_SEED')
  t.comment(`BACKUP_SEED=${random.seed}`)
  const clients = startClients([root], random)
  try {
    const [index = '', ...blobs] = backup
    await someMore(clients)
    const before = now(clients)
    await runSteps([index], environment)
    const indexed = now(clients)
    await someMore(clients)
    const between = now(clients)
    await runSteps(blobs, environment)
    const copied = now(clients)
    await someMore(clients)
    t.same(clients.failures(), [], 'the archive is used all the while')
    const after = now(clients)
    return {
      both: {
        // What a client has asked to delete since may be deleted in the copy, or not.
        stored: alsoIn(before.stored, indexed.stored),
        deleted: new Set([...before.deleted, ...pathsOf(without(after.stored, between.stored))]),
      },
      blobs: { stored: alsoIn(between.stored, copied.stored), deleted: between.deleted },
    }
  } finally {
    await clients.end()
  }
}

async function someMore(clients: Clients): Promise<void> {
  const { stored, deleted } = now(clients)
  while (without(clients.stored, stored).size < STORED || clients.deleted.size < deleted.size + DELETED)
    await pause(20)
}

function without(
  newer: ReadonlyMap<string, Stored>,
  older: ReadonlyMap<string, Stored>,
): ReadonlyMap<string, Stored> {
  return new Map([...newer].filter(([name]) => !older.has(name)))
}

function alsoIn(
  one: ReadonlyMap<string, Stored>,
  other: ReadonlyMap<string, Stored>,
): ReadonlyMap<string, Stored> {
  return new Map([...one].filter(([name]) => other.has(name)))
}

function pathsOf(stored: ReadonlyMap<string, Stored>): string[] {
  return [...stored.values()].map(({ path }) => path)
}

function now({ stored, deleted }: Clients): Ledger {
  return { stored: new Map(stored), deleted: new Set(deleted) }
}
