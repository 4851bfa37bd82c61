/** `npm run contract`: makes src/http/contract.ts and contract-document.ts anew. */
import { writeFileSync } from 'node:fs'
import { contractSources } from './contract-source.js'

for (const [file, text] of Object.entries(await contractSources())) writeFileSync(file, text)
