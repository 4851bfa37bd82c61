import type { ArchiveIndex, ChangePage } from '../index/archive-index.js'
import type { Caller } from './caller.js'

export interface ChangeService {
  /** Changes after a number, in the order of their commits.
   * @throws Problem `unavailable` */
  changes(caller: Caller, since: number, limit: number): Promise<ChangePage>
}

/** Changes that are read at once: the event loop is for others too. */
const PAGE_CHANGES = 500

export function changeService(index: ArchiveIndex): ChangeService {
  return {
    async changes(_caller, since, limit) {
      const changes: ChangePage['changes'][number][] = []
      for (;;) {
        const pageSize = Math.min(PAGE_CHANGES, limit - changes.length)
        const page = await index.changes(changes.at(-1)?.number ?? since, pageSize)
        changes.push(...page.changes)
        if (page.changes.length < pageSize || changes.length === limit)
          return { changes, latest: page.latest }
        await new Promise(resolve => setImmediate(resolve))
      }
    },
  }
}
