// Names of places while one types, put in the field's own list: without this script the form works all the same.
"use strict";

const field = document.querySelector("input[list=propositions]");
const list = document.getElementById("propositions");
let asked = "";
let waiting;

async function suggest() {
  const typed = field.value.trim();
  if (typed.length < 2 || typed === asked) return;
  asked = typed;
  try {
    const answer = await fetch(`/api/v1/suggest/?q=${encodeURIComponent(typed)}`);
    const places = await answer.json();
    if (typed !== asked) return;
    list.replaceChildren(...places.map((place) => new Option(place.label, place.label)));
  } catch {
    // Away from the network one types on.
  }
}

field?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 120);
});
