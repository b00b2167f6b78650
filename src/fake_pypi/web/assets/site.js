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
  choice.querySelector("input").addEventListener("change", (event) => {
    for (const field of choice.closest("form").querySelectorAll("input[autocomplete$=password]")) {
      field.type = event.target.checked ? "text" : "password";
    }
  });
}
