/** The thread in which searches of SQLite run: they may read much, and must not happen on the event loop. */
import { workerData } from 'node:worker_threads'
import { indexedAttributes, type SearchAttribute } from '../dicom/indexed-attributes.js'
import type { Query } from '../dicom/query.js'
import { keepsManyStatements, openSqlite } from './dialects/sqlite.js'
import { search } from './search.js'
import { answerCalls } from './thread.js'

const { path, named } = workerData as { readonly path: string; readonly named: readonly SearchAttribute[] }
const database = openSqlite(path, 'read')
const attributes = indexedAttributes(named)

answerCalls((query, signal) => search(database, attributes, query as Query, signal), keepsManyStatements)
