/** `npm run dictionary`: makes src/dicom/dictionary-entries.ts anew. */
import { writeFileSync } from 'node:fs'
import { DICTIONARY_TS, dictionarySource } from './dictionary-source.js'

writeFileSync(DICTIONARY_TS, dictionarySource())
