// Comfort on top of pages that work without it: copy, share sheet, and a short pause before a decision can be pressed.
const words = document.documentElement.lang === "en" ? { copied: "Copied" } : { copied: "Gekopieerd" };

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  if (!field || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(field.value ?? field.textContent);
    const label = button.querySelector("[data-label]") ?? button;
    label.textContent = words.copied;
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  const field = document.getElementById(button.dataset.share);
  if (!field || !navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ url: field.value }).catch(() => {}));
}

for (const field of document.querySelectorAll("input[data-select]")) {
  field.addEventListener("focus", () => field.select());
}

// A decision cannot be pressed in the first 600 ms that it can be seen, so a click meant for another page does not make it.
const armed = document.querySelectorAll("button[data-arm]");
if (armed.length > 0) {
  const arm = () => {
    for (const button of armed) button.disabled = true;
    setTimeout(() => { for (const button of armed) button.disabled = false; }, 600);
  };
  if (document.visibilityState === "visible") arm();
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") arm(); });
}

// A page that waits for somebody else looks every three seconds whether its state changed; without script there is a link.
for (const part of document.querySelectorAll("[data-watch]")) {
  const now = `data-state="${part.dataset.state}"`;
  const look = setInterval(async () => {
    if (document.visibilityState !== "visible") return;
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok || (await answer.text()).includes(now)) return;
    clearInterval(look);
    location.reload();
  }, 3000);
}
