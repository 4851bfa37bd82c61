/** A program for sqlite.test.ts: opens the index that it is told, and ends. */
import { openIndex } from '../../src/index/open.js'

const index = await openIndex(process.argv[2] ?? '')
await index.ready()
await index.close()
