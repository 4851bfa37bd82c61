import t from 'tap'
import { searchConformance } from './index-conformance.js'
import { temporaryIndex } from './temporary-index.js'

searchConformance(t, temporaryIndex)
