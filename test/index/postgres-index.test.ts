import t from 'tap'
import { startPostgres } from '../postgres.js'
import { indexConformance } from './index-conformance.js'
import { postgresIndexes } from './temporary-index.js'

const server = await startPostgres(t)
if (server !== undefined) indexConformance(t, postgresIndexes(t, server))
