// Ligands as cards: a click on one opens it, a click on its sign does what the sign says.

const make = (tag, parent, properties) => parent.appendChild(Object.assign(document.createElement(tag), properties));

export default function ({ parentElement, data, setTriggerValue }) {
  const root = parentElement.querySelector(".gallery");
  root.classList.toggle("stale", data.stale);
  root.tell = setTriggerValue;
  if (root.content === data.content) return; // what has the focus keeps it
  root.content = data.content;
  root.replaceChildren();
  data.cards.forEach((card, number) => addCard(root, card, number));
}

function addCard(root, { picture, lines, sign, title, signTitle }, number) {
  const card = make("div", root, { className: "card" });
  const open = make("button", card, { className: "open", type: "button", title });
  make("img", open, { src: picture, alt: "" });
  lines.forEach((line) => make("span", open, { textContent: line }));
  open.addEventListener("click", () => root.tell("opened", number));
  if (!sign) return;
  const act = make("button", card, { className: "act", type: "button", textContent: sign, title: signTitle });
  act.setAttribute("aria-label", signTitle);
  act.addEventListener("click", () => root.tell("signed", number));
}
