/** `npm run contract`: makes src/http/contract.ts anew. */
import { writeFileSync } from 'node:fs'
import { CONTRACT_TS, contractSource } from './contract-source.js'

writeFileSync(CONTRACT_TS, await contractSource())
