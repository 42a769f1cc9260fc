// Offers the telephone's own way to share, where it has one. Only the address is shared.
"use strict";

for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) break;
  button.hidden = false;
  button.addEventListener("click", () => {
    navigator.share({ url: button.dataset.share }).catch(() => {});  // closed without sharing
  });
}
