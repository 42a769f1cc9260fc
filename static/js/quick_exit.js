// Leaves the page at once, and puts the neutral site in its place: "back" does not return here.
// Without this script the link works, but the page stays in the history.
"use strict";

const exit = document.getElementById("quick-exit");

exit?.addEventListener("click", (event) => {
  event.preventDefault();
  document.body.hidden = true;
  window.location.replace(exit.href);
});
