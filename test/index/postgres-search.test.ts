import t from 'tap'
import { startPostgres } from '../postgres.js'
import { searchConformance } from './index-conformance.js'
import { postgresIndexes } from './temporary-index.js'

const server = await startPostgres(t)
if (server !== undefined) searchConformance(t, postgresIndexes(t, server))
