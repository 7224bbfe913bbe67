// window.show(questionnaire, response, fresh): renders a FHIR R4 Questionnaire with LHC-Forms, gives it the answers of a
// QuestionnaireResponse (or null), and tells what it then shows and exports.
// LHC-Forms keeps saved answers as they are, and an absent score absent. With `fresh` the answers become the
// questionnaire's initial values instead, so that expressions run.

const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 15)));
const shown = (element) => element.getClientRects().length > 0;

function visibleLinkIds(root) {
  // The label of an item has the id "label-<linkId>/<1-based repetition>[/...]"; nothing else is read from the markup.
  const labels = [...root.querySelectorAll('[id^="label-"]')].filter(shown);
  return [...new Set(labels.map((label) => label.id.slice('label-'.length).replace(/(\/\d+)+$/, '')))].filter(Boolean);
}

async function settled(root) {
  // The form is drawn in several steps: done when it shows the same for some frames on end.
  let last = '', same = 0;
  for (let frames = 0; frames < 200 && same < 4; frames++) {
    await frame();
    const now = visibleLinkIds(root).join('\n');
    same = now === last && now !== '' ? same + 1 : 0;
    last = now;
  }
  return last === '' ? [] : last.split('\n');
}

function answersByLinkId(items, found = {}) {
  for (const item of items ?? []) {
    if (item.answer) found[item.linkId] = item.answer;
    answersByLinkId(item.item, found);
    for (const answer of item.answer ?? []) answersByLinkId(answer.item, found);
  }
  return found;
}

function withInitial(items, found) {
  for (const item of items ?? []) {
    for (const answer of found[item.linkId] ?? []) {
      const option = (item.answerOption ?? []).find((o) => o.valueCoding && o.valueCoding.code === answer.valueCoding?.code);
      if (option) option.initialSelected = true;
      else item.initial = [...(item.initial ?? []), answer];
    }
    withInitial(item.item, found);
  }
}

async function show(questionnaire, response, fresh) {
  const host = document.getElementById('form');
  host.replaceChildren();
  const copy = structuredClone(questionnaire);
  if (fresh) withInitial(copy.item, answersByLinkId(response.item));
  let form = LForms.Util.convertFHIRQuestionnaireToLForms(copy, 'R4');
  if (response && !fresh) form = LForms.Util.mergeFHIRDataIntoLForms('QuestionnaireResponse', response, form, 'R4');
  await LForms.Util.addFormToPage(form, host, { prepopulate: false });
  const visible = await settled(host);
  return {
    visible,
    faults: LForms.Util.checkValidity(host) ?? [],
    exported: LForms.Util.getFormFHIRData('QuestionnaireResponse', 'R4', host),
  };
}

for (let i = 0; i < 400 && !(window.LForms && LForms.FHIR && LForms.FHIR.R4); i++) await new Promise((r) => setTimeout(r, 25));
window.show = show;
window.ready = LForms.lformsVersion;
