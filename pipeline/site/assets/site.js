// What every page does once scripts run: says so to the style sheet, and offers to copy what is meant to be copied.

document.documentElement.classList.add("js");

for (const block of document.querySelectorAll("figure > pre, pre.copy")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  block.before(button);
}
