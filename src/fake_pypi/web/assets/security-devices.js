{
  const bytes = (text) => Uint8Array.from(text, (character) => character.charCodeAt(0));
  const decoded = (base64url) => bytes(atob(base64url.replaceAll("-", "+").replaceAll("_", "/")));
  const encoded = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const show = (errors) => {
    const list = document.getElementById("webauthn-errors");
    list.setAttribute("role", "alert");
    list.replaceChildren(...errors.map((error) => {
      const item = document.createElement("li");
      item.textContent = error;
      return item;
    }));
  };

  const fetched = async (address, form) => {
    const response = await fetch(address, form ? { method: "POST", body: form } : {});
    if (!response.ok || !response.headers.get("Content-Type").startsWith("application/json")) {
      throw new Error(response.redirected ? "Log in again, and repeat it." : `${response.status} ${response.statusText}`);
    }
    const answer = await response.json();
    if (answer.fail) {
      throw Object.assign(new Error(), { messages: answer.fail.errors });
    }
    return answer;
  };

  const credential = (response, names) => JSON.stringify({
    id: response.id,
    rawId: encoded(response.rawId),
    type: response.type,
    response: Object.fromEntries(names.map((name) => [name, encoded(response.response[name])])),
  });

  // As on PyPI a device signs the text of the challenge and of the user id, not the bytes that the text stands for.
  const register = async (form, token) => {
    const options = await fetched("/manage/account/webauthn-provision/options");
    options.challenge = bytes(options.challenge);
    options.user.id = bytes(options.user.id);
    for (const excluded of options.excludeCredentials ?? []) {
      excluded.id = decoded(excluded.id);
    }
    const response = await navigator.credentials.create({ publicKey: options });
    const fields = new FormData(form);
    fields.set("credential", credential(response, ["attestationObject", "clientDataJSON"]));
    fields.set("csrf_token", token);
    await fetched("/manage/account/webauthn-provision/validate", fields);
    window.location.replace("/manage/account/");
  };

  const logIn = async (form, token) => {
    const step = `?${form.dataset.token}`;
    const options = await fetched(`/account/webauthn-authenticate/options${step}`);
    options.challenge = bytes(options.challenge);
    for (const allowed of options.allowCredentials) {
      allowed.id = decoded(allowed.id);
    }
    const response = await navigator.credentials.get({ publicKey: options });
    const fields = new FormData(form);
    fields.set("credential", credential(response, ["authenticatorData", "clientDataJSON", "signature"]));
    fields.set("csrf_token", token);
    const answer = await fetched(`/account/webauthn-authenticate/validate${step}`, fields);
    window.location.replace(answer.redirect_to);
  };

  for (const [id, action] of [["webauthn-provision-form", register], ["webauthn-auth-form", logIn]]) {
    const form = document.getElementById(id);
    if (form === null || document.getElementById("webauthn-missing")) {
      continue;
    }
    if (!window.PublicKeyCredential) {
      document.getElementById("webauthn-browser-support").hidden = false;
      continue;
    }
    const button = form.querySelector("button");
    button.disabled = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      button.disabled = true;
      try {
        await action(form, button.value);
      } catch (error) {
        show(error.messages ?? [error.message]);
        button.disabled = false;
      }
    });
  }
}
