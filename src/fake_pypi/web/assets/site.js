for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  });
}
for (const button of document.querySelectorAll("button[data-expected]")) {
  const field = button.closest("form").querySelector("input[aria-describedby$=-help]");
  const compare = () => { button.disabled = field.value.trim() !== button.dataset.expected; };
  field.addEventListener("input", compare);
  compare();
}
for (const choice of document.querySelectorAll("[data-show-passwords]")) {
  choice.hidden = false;
  const fields = choice.closest("form").querySelectorAll("input[type=password]");
  choice.querySelector("input").addEventListener("change", (event) => {
    for (const field of fields) {
      field.type = event.target.checked ? "text" : "password";
    }
  });
}
for (const choice of document.querySelectorAll("input[data-required]")) {
  choice.required = true;
}
for (const list of document.querySelectorAll("[data-understood]")) {
  const link = document.getElementById(list.dataset.understood);
  const choices = [...list.querySelectorAll("input")];
  const follow = link.getAttribute("href");
  const compare = () => {
    if (choices.every((choice) => choice.checked)) link.setAttribute("href", follow);
    else link.removeAttribute("href");
  };
  list.addEventListener("change", compare);
  compare();
}
for (const button of document.querySelectorAll("button[data-filters]")) {
  button.hidden = false;
  button.addEventListener("click", () => { document.querySelector("#classifiers input[type=checkbox]")?.focus(); });
}
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) return;
  event.preventDefault();
  document.getElementById("search")?.focus();
});
