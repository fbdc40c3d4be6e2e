// The words of the page, numbers in the plural form of its language.

const found = document.getElementById("roll-words");
export const words = found ? JSON.parse(found.textContent) : {};
const rules = new Intl.PluralRules(words.lang ?? "en");

/** "3 waiting to send": the sentence for that number. */
export function counted(forms, number) {
  const form = forms[rules.select(number)] ?? forms.other ?? Object.values(forms)[0];
  return form.replace("%(count)s", number);
}
