/** The thread in which searches of SQLite run: they may read much, and must not happen on the event loop. */
import { workerData } from 'node:worker_threads'
import type { Query } from '../dicom/query.js'
import { keepsManyStatements, openSqlite } from './dialects/sqlite.js'
import { search } from './search.js'
import { answerCalls } from './thread.js'

const { path } = workerData as { readonly path: string }
const database = openSqlite(path, 'read')

answerCalls((query, signal) => search(database, query as Query, signal), keepsManyStatements)
