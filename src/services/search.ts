import type { IndexedAttributes } from '../dicom/indexed-attributes.js'
import { Problem } from '../dicom/problem.js'
import type { Query } from '../dicom/query.js'
import type { ArchiveIndex, SearchPage } from '../index/archive-index.js'
import type { Caller } from './caller.js'

export interface SearchService {
  /** what can be searched for */
  readonly attributes: IndexedAttributes
  /** QIDO-RS. PS3.18 10.6.
   * @throws Problem `unavailable`, `client-gone` */
  search(caller: Caller, query: Query, signal: AbortSignal): Promise<SearchPage>
}

export function searchService(index: ArchiveIndex): SearchService {
  return {
    attributes: index.attributes,
    async search(_caller, query, signal) {
      if (signal.aborted) throw new Problem('client-gone', 'the client went away')
      return index.search(query, signal)
    },
  }
}
