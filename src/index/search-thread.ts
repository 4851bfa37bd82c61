/** The thread in which searches run: they may read, parse and compare much, and must not happen on the event loop. */
import { workerData } from 'node:worker_threads'
import { indexedAttributes, type SearchAttribute } from '../dicom/indexed-attributes.js'
import type { Query } from '../dicom/query.js'
import { openDatabase, type IndexPlace } from './place.js'
import { search } from './search.js'
import { answerCalls } from './thread.js'

const { place, named } = workerData as {
  readonly place: IndexPlace
  readonly named: readonly SearchAttribute[]
}
const database = await openDatabase(place, 'search')
const attributes = indexedAttributes(named)

answerCalls(
  (query, signal) => search(database, attributes, query as Query, signal),
  () => database.isWorn(),
)
