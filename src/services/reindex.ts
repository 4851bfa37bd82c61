import type { ArchiveIndex } from '../index/archive-index.js'
import { Problem } from '../dicom/problem.js'

export interface ReindexService {
  /** Makes anew what searches look at, of everything stored, while the archive goes on storing, deleting and answering. May
   *  be ended at any point, also by force, and run again.
   *  @param tell is called after every step: rows done and how many there were at the start; more may be done than that
   *  @returns rows done: instances, deleted ones too, series and studies
   *  @throws Problem `unavailable`, `storage-full`; `unavailable` also where a process with other settings wrote meanwhile; the
   *   signal's reason */
  reindex(tell: (done: number, of: number) => void, signal?: AbortSignal): Promise<number>
}

export function reindexService({ reindexing }: ArchiveIndex): ReindexService {
  return {
    async reindex(tell, signal) {
      const { rows, step: first } = await reindexing.begin()
      let done = 0
      let step: typeof first | undefined = first
      while (step !== undefined) {
        signal?.throwIfAborted()
        const progress = await reindexing.step(step)
        done += progress.rows
        step = progress.next
        tell(done, rows)
      }
      if (!(await reindexing.end()))
        throw new Problem(
          'unavailable',
          'a process with another FILMROOM_SEARCH_ATTRIBUTES has written meanwhile: give the server the same, and reindex again',
        )
      return done
    },
  }
}
