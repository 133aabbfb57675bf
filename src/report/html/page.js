"use strict";
const form = document.getElementById("filters");
const count = document.getElementById("count");
const findings = [...document.querySelectorAll("article")];

function matches(finding, wanted) {
  return wanted.severities.includes(finding.dataset.severity)
    && (!wanted.rule || finding.dataset.rule === wanted.rule)
    && (!wanted.file || finding.dataset.files.split("\n").includes(wanted.file))
    && (!wanted.text || finding.textContent.toLowerCase().includes(wanted.text));
}

function apply() {
  const data = new FormData(form);
  const wanted = {
    severities: data.getAll("severity"),
    rule: data.get("rule"),
    file: data.get("file"),
    text: data.get("text").trim().toLowerCase(),
  };
  let left = 0;
  for (const finding of findings) {
    finding.hidden = !matches(finding, wanted);
    left += finding.hidden ? 0 : 1;
  }
  count.textContent = left === findings.length ? "" : `${left} of ${findings.length} shown`;
}

if (findings.length > 1) {
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
