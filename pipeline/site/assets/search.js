// Leaves the entries of a page that hold what is looked for.

const field = document.getElementById("find");
const status = document.getElementById("status");
const entries = [...document.querySelectorAll(field.dataset.in)].map((element) => ({ element, text: element.textContent.toLowerCase() }));

field.addEventListener("input", () => {
  const wanted = field.value.trim().toLowerCase();
  let left = 0;
  for (const { element, text } of entries) {
    element.hidden = !text.includes(wanted);
    left += !element.hidden;
  }
  for (const section of document.querySelectorAll("section.entry")) {
    if (!section.matches(field.dataset.in)) section.hidden = Boolean(wanted) && !section.querySelector("tbody tr:not([hidden])");
  }
  status.textContent = wanted ? `${left} found` : "";
});
