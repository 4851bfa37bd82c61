import t from 'tap'
import { indexConformance } from './index-conformance.js'
import { temporaryIndex } from './temporary-index.js'

indexConformance(t, temporaryIndex)
