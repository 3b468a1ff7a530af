// The questions that a category asks, as fields of the find form.
import { make } from "./forms.js";

const KINDS = { number: "number", datetime: "datetime-local", string: "text" };

// Draws the questions of `asked` into `holder`; answers are kept in content.answers by code.
export function drawQuestions(holder, asked, content, keep, language) {
  content.answers ||= {};
  const codes = new Set(asked.map((one) => one.code));
  for (const code of Object.keys(content.answers)) if (!codes.has(code)) delete content.answers[code];
  holder.replaceChildren(...asked.map((one) => {
    const id = `question-${one.code}`;
    const label = (language.startsWith("zh") ? one.prompt : one.prompt_en) || one.prompt;
    return make("p", { class: "field" }, make("label", { for: id }, label), input(one, id, content, keep, language));
  }));
}

function input(one, id, content, keep, language) {
  const now = content.answers[one.code];
  const set = (value) => {
    if (value === "" || (Array.isArray(value) && !value.length)) delete content.answers[one.code];
    else content.answers[one.code] = value;
    keep();
  };
  if (one.datatype === "singlevaluelist" || one.datatype === "multivaluelist") {
    const many = one.datatype === "multivaluelist";
    const chosen = new Set([].concat(now ?? []));
    const select = make("select", { id, multiple: many, onchange: () => {
      const values = [...select.selectedOptions].map((option) => option.value).filter(Boolean);
      set(many ? values : values[0] || "");
    } }, ...(many ? [] : [make("option", { value: "" }, "–")]),
    ...one.values.map((value) => make("option", { value: value.key, selected: chosen.has(value.key) },
      (language.startsWith("zh") ? value.name : value.name_en) || value.name)));
    return select;
  }
  if (one.datatype === "text") {
    const area = make("textarea", { id, rows: 2, oninput: () => set(area.value) });
    area.value = now ?? "";
    return area;
  }
  const field = make("input", { id, type: KINDS[one.datatype] || "text", step: "any", oninput: () => {
    // A moment without a zone would mean another one at the centre.
    const moment = one.datatype === "datetime" && field.value;
    set(moment ? new Date(field.value).toISOString() : field.value);
  } });
  if (now !== undefined && one.datatype !== "datetime") field.value = now;
  return field;
}

// The first required question without an answer, or null.
export function unanswered(holder, asked, content) {
  const open = asked.find((one) => content.answers?.[one.code] === undefined);
  return open ? holder.querySelector(`#${CSS.escape(`question-${open.code}`)}`) : null;
}
