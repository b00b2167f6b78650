// Fill the list of versions of a site that was built by `python tasks.py site`; in a single build it has one entry.
document.addEventListener("DOMContentLoaded", async () => {
  const list = document.getElementById("versions");
  if (!list) return;
  const root = new URL(list.dataset.root || ".", document.baseURI);
  let versions;
  try {
    versions = await (await fetch(new URL("../versions.json", root))).json();
  } catch {
    return; // a single build, or one that was opened as a file
  }
  const present = root.pathname.split("/").filter(Boolean).pop();
  list.replaceChildren(...versions.map((version) => new Option(version, version, false, version === present)));
  list.disabled = versions.length < 2;
  list.addEventListener("change", async () => {
    const other = new URL(`../${list.value}/`, root);
    const page = new URL(`${list.dataset.page}.html`, other);
    const exists = (await fetch(page, { method: "HEAD" })).ok;
    location.href = exists ? page.href : other.href;
  });
});
