/** PS3.6 */
import { readFileSync } from 'node:fs'
import t from 'tap'
import { dictionaryVr, keywordOf, tagOf } from '../../src/dicom/dictionary.js'
import { DICTIONARY_TS, dictionarySource } from './dictionary-source.js'

t.test('VRs, keywords and back', t => {
  t.equal(dictionaryVr(0x00100010), 'PN')
  t.equal(keywordOf('00100010'), 'PatientName')
  t.equal(tagOf('PatientName'), '00100010')
  t.equal(tagOf('patientname'), undefined, 'keywords have case')
  t.end()
})

t.test('the entries are what they were made from (`npm run dictionary`)', t => {
  t.ok(
    readFileSync(DICTIONARY_TS, 'utf8') === dictionarySource(),
    `${DICTIONARY_TS}: run \`npm run dictionary\``,
  )
  t.end()
})

t.test('what dcmjs lacks, has wrong, or calls by names of its own', t => {
  t.equal(tagOf('GenderIdentitySequence'), '00100041')
  t.equal(tagOf('PersonNamesToUseSequence'), '00100011')
  t.equal(tagOf('SexParametersForClinicalUseCategorySequence'), '00100043')
  t.equal(dictionaryVr(0x00660040), 'OL')
  t.equal(dictionaryVr(0x00041200), 'UL')
  t.equal(tagOf('SmallestValidPixelValue'), '00280104', 'retired, without the prefix')
  t.end()
})

t.test('7.6 repeating groups, and nothing private', t => {
  t.equal(dictionaryVr(0x60003000), 'ox')
  t.equal(dictionaryVr(0x60fe0010), 'US')
  t.equal(keywordOf('60020022'), 'OverlayDescription')
  t.equal(dictionaryVr(0x60010010), undefined)
  t.equal(dictionaryVr(0x00203101), 'CS')
  t.equal(dictionaryVr(0x00091001), undefined)
  t.equal(keywordOf('00091001'), undefined)
  t.end()
})
